import type { ProjectionOverview, TenantBacklog } from '#outbox';
import type { Command } from 'commander';
import { wholeNumber } from './arguments.ts';
import { withDeployment } from './deployment.ts';
import { exitCodes } from './exit-codes.ts';
import { jsonOf, printable } from './printable.ts';

interface StatusOptions {
  readonly tenant?: string;
  readonly tenants?: number;
  readonly json?: boolean;
}

export function addStatus(program: Command): void {
  program
    .command('status')
    .description(
      'Show the projection: epoch, running operations, and per shard its worker, depth (counted up to 1,000), lag and dead events. Exits 1 when it needs attention.',
    )
    .option('--tenant <id or slug>', 'also the backlog of this tenant')
    .option('--tenants <number>', 'also the tenants with the largest backlog, so many', wholeNumber)
    .option('--json', 'as one JSON object')
    .action(async ({ json, tenant, tenants }: StatusOptions) => {
      const asked = { ...(tenant !== undefined && { tenant }), ...(tenants !== undefined && { tenants }) };
      const overview = await withDeployment(process.env, ({ desk }) => desk.look.run(asked));
      process.stdout.write(json === true ? `${jsonOf(overview)}\n` : describe(overview));
      if (!overview.well) process.exitCode = exitCodes.needsAttention;
    });
}

function rebuildWords(rebuild: ProjectionOverview['shards'][number]['rebuild'], phases: number): string {
  if (rebuild === null) return '';
  const doing = rebuild.phase === 0 ? 'looking for what is to go' : `phase ${rebuild.phase} of ${phases}`;
  return `  rebuilding (${rebuild.kind}): ${doing}, ${rebuild.relationships} relationships`;
}

function shardLine(shard: ProjectionOverview['shards'][number], phases: number): string {
  const worker = shard.holder === null ? 'no worker is running' : `worker ${shard.holder}`;
  const pause = shard.paused === 'no' ? '' : `  PAUSED (${shard.paused}): ${shard.pauseReason ?? 'no reason given'}`;
  const depth = `pending ${shard.pending}  lag ${shard.lagSeconds.toFixed(1)} s  dead ${shard.dead}`;
  return `  shard ${shard.shard}  buckets ${shard.buckets}  ${depth}  seq ${shard.seq}  ${worker}${rebuildWords(shard.rebuild, phases)}${pause}`;
}

function tenantLine({ tenant_id, slug, shard, pending, dead, oldest }: TenantBacklog): string {
  const since = oldest === null ? '' : `  oldest ${oldest.position} of ${oldest.committed_at}`;
  return `  tenant ${tenant_id ?? 'none: the platform'}${slug === null ? '' : ` (${slug})`}  shard ${shard ?? 'none'}  pending ${pending}  dead ${dead}${since}`;
}

function refusalLines({ count, newest }: ProjectionOverview['rebuild_refusals']): string[] {
  if (count === 0) return [];
  const lines = newest.map(({ shard, relationship, error }) => `  shard ${shard}  ${relationship}  ${error}`);
  return [`Left out of the last rebuild, because SpiceDB refuses them: ${count}. Mend the fault and rebuild again.`, ...lines];
}

function operationLine({ id, kind, state, progress }: ProjectionOverview['operations'][number]): string {
  const { done, total, step = '' } = progress;
  return `  operation ${id}  ${kind}  ${state}  ${done}/${total ?? '?'}  ${step}`;
}

function describe({ epoch, status, shards, unassigned_buckets: homeless, operations, tenants, ...rebuild }: ProjectionOverview): string {
  const graph = `Graph: ${status.replaceAll('_', ' ')}${epoch === null ? '' : `, epoch ${epoch}`}`;
  const lines = [graph, ...shards.map((shard) => shardLine(shard, rebuild.rebuild_phases))];
  if (homeless.length > 0)
    lines.push(`Buckets that belong to no shard, their events wait: ${homeless.join(', ')}. Repeat the move that broke off.`);
  lines.push(...refusalLines(rebuild.rebuild_refusals), ...operations.map(operationLine));
  return `${[...lines, ...tenants.map(tenantLine)].map(printable).join('\n')}\n`;
}
