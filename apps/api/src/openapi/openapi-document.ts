import { problemMediaType, type DeclaredRoute, type ForeignRoute, type RouteRegistry } from '#http';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { answerHeaders, edgeParameters, problemResponses } from './route-facts.ts';

/** Routes that the documentation library adds by itself. */
export const documentationRoutes: readonly ForeignRoute[] = [
  { method: 'GET', url: '/openapi.json' },
  { method: 'GET', url: '/docs' },
  { method: 'GET', url: '/docs/*' },
];

const problemSchema = {
  type: 'object',
  description: `Every error: ${problemMediaType}, RFC 9457. docs/errors has a page for each code.`,
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri', examples: ['urn:tenantry:error:tenant_not_found'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', examples: ['tenant_not_found'] },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) into the body' },
          parameter: { type: 'string', description: 'Name of a query parameter' },
          header: { type: 'string', description: 'Name of a header' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

interface Operation {
  parameters?: { name: string; in: string }[];
  responses: Record<string, { headers?: object }>;
  security?: object[];
  description?: string;
}

/** What it takes to be let in, in words. */
function accessInWords({ access }: DeclaredRoute): string {
  if (access.kind === 'permission') return `Needs \`${access.permission}\` on the ${access.resource}.`;
  return access.kind === 'platform' ? 'For platform admins.' : '';
}

/** The declaration of a route says more than its handler: who may call it, which headers count, which errors can come. */
function complete(operation: Operation, route: DeclaredRoute): void {
  const known = new Set((operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name));
  const own = (operation.parameters ?? []).filter(({ name }) => known.has(name));
  operation.parameters = [...(edgeParameters(route) as { name: string; in: string }[]), ...own];
  for (const answer of Object.values(operation.responses)) answer.headers = answerHeaders(route);
  operation.responses = { ...problemResponses(route), ...operation.responses };
  operation.security = route.access.kind === 'public' ? [] : [{ bearer: [] }];
  operation.description = [operation.description, accessInWords(route)].filter(Boolean).join(' ');
}

export function openApiDocument(app: INestApplication, routes: RouteRegistry, publicBaseUrl: string): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tenantry')
    .setDescription('Tenants, members and permissions, kept in PostgreSQL and projected into SpiceDB.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(publicBaseUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const route of routes.routes) {
    const path = document.paths[route.url.replace(/:(\w+)/g, '{$1}')] as Record<string, Operation> | undefined;
    const operation = path?.[route.method.toLowerCase()];
    if (operation) complete(operation, route);
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: problemSchema as object } };
  return document;
}

/** `/openapi.json` and the page at `/docs`. The document is made when it is first asked for. */
export function serveDocumentation(app: INestApplication, routes: RouteRegistry, publicBaseUrl: string): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app, routes, publicBaseUrl), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}
