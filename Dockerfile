# syntax=docker/dockerfile:1
# The image of every process of Tenantry: api (the default), worker and ops differ by their command only.
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
ENV NPM_CONFIG_UPDATE_NOTIFIER=false

FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=optional
COPY tsconfig.json tsconfig.build.json ./
COPY migrations ./migrations
COPY libs ./libs
COPY apps ./apps
RUN node_modules/.bin/tsc -p tsconfig.build.json --incremental false

# Without optional packages and install scripts, neither the embedded engines nor a second Node come along.
FROM base AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --omit=optional

FROM base
ENV NODE_ENV=production \
    HOST=0.0.0.0
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json schema.zed ./
COPY --from=build /app/dist/migrations ./dist/migrations
COPY --from=build /app/dist/libs ./dist/libs
COPY --from=build /app/dist/apps/api ./dist/apps/api
COPY --from=build /app/dist/apps/worker ./dist/apps/worker
COPY --from=build /app/dist/apps/ops ./dist/apps/ops
USER node
EXPOSE 3000
# V8 would let what is young grow to 130 MB on a machine with much memory, and hold it.
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=16"]
CMD ["dist/apps/api/src/main.js"]
