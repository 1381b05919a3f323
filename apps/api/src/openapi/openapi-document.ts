import type { DeclaredRoute, ForeignRoute, RouteRegistry } from '#http';
import type { INestApplication } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { answerHeaders, headerComponents } from './headers.ts';
import { problemComponents, problemResponses, problemSchema } from './problem-responses.ts';
import { edgeParameters } from './route-parameters.ts';
import { tags } from './tags.ts';

/** Routes that the documentation library adds by itself. */
export const documentationRoutes: readonly ForeignRoute[] = [
  { method: 'GET', url: '/openapi.json' },
  { method: 'GET', url: '/docs' },
  { method: 'GET', url: '/docs/*' },
];

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: { $ref?: string } }> };
  responses: Record<string, { headers?: object; description?: string }>;
  security?: object[];
  description?: string;
  tags?: string[];
}

/** What it takes to be let in, in words. */
function accessInWords({ access, also }: DeclaredRoute): string {
  const ofBody = also.map(({ member, permission, resource }) => `, and \`${permission}\` on the ${resource} that \`${member}\` names`);
  if (access.kind === 'permission') return `Needs \`${access.permission}\` on the ${access.resource}${ofBody.join('')}.`;
  return access.kind === 'platform' ? 'For platform admins.' : '';
}

/** The declaration of a route says more than its handler: who may call it, which headers count, which errors can come. */
function complete(operation: Operation, route: DeclaredRoute): void {
  const documented = operation.parameters ?? [];
  operation.parameters = [
    ...(edgeParameters(route, documented) as Parameter[]),
    ...documented.filter(({ in: place }) => place === 'query'),
  ];
  for (const [status, answer] of Object.entries(operation.responses)) {
    answer.headers = answerHeaders(route);
    answer.description ||= STATUS_CODES[status] ?? 'Done';
  }
  operation.responses = { ...(problemResponses(route) as Operation['responses']), ...operation.responses };
  operation.security = route.access.kind === 'public' ? [] : [{ bearer: [] }];
  operation.description = [operation.description, accessInWords(route)].filter(Boolean).join(' ');
}

type Schemas = Record<string, { type?: unknown; additionalProperties?: unknown }>;

/** Unknown members are refused everywhere, so the schema of every body says so. */
function closeBodies(operations: readonly Operation[], schemas: Schemas): void {
  const names = operations.flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}).map(({ schema }) => schema?.$ref));
  for (const name of new Set(names)) {
    const schema = schemas[name?.split('/').at(-1) ?? ''];
    if (schema) schema.additionalProperties ??= false;
  }
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
  const documented = routes.routes.flatMap((route) => {
    const path = document.paths[route.url.replace(/:(\w+)/g, '{$1}')] as Record<string, Operation> | undefined;
    const operation = path?.[route.method.toLowerCase()];
    return operation ? [{ operation, route }] : [];
  });
  for (const { operation, route } of documented) complete(operation, route);
  const schemas = { ...document.components?.schemas, Problem: problemSchema } as Schemas;
  closeBodies(
    documented.map(({ operation }) => operation),
    schemas,
  );
  const used = new Set(documented.flatMap(({ operation }) => operation.tags ?? []));
  document.tags = tags.filter(([name]) => used.has(name)).map(([name, description]) => ({ name, description }));
  document.components = { ...document.components, schemas, responses: problemComponents, headers: headerComponents } as NonNullable<
    OpenAPIObject['components']
  >;
  return document;
}

/** `/openapi.json` and the page at `/docs`. The document is made when it is first asked for. */
export function serveDocumentation(app: INestApplication, routes: RouteRegistry, publicBaseUrl: string): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app, routes, publicBaseUrl), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}
