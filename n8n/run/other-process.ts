/**
 * Whether a manual run may execute in another process than the one that the editor asks for lists. Read from the
 * environment as n8n reads it: `EXECUTIONS_MODE` and `N8N_MULTI_MAIN_SETUP_ENABLED` (@n8n/config), and
 * `OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS` (n8n/dist/workflow-runner.js; seen in 2.41.1).
 *
 * @returns where, for an error message
 */
export function manualRunsElsewhere(
  env: NodeJS.ProcessEnv = process.env,
): 'workers' | 'several main processes' | undefined {
  if (env.EXECUTIONS_MODE !== 'queue') return undefined;
  if (env.OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS === 'true') return 'workers';
  const several = ['true', '1'].includes(env.N8N_MULTI_MAIN_SETUP_ENABLED?.toLowerCase() ?? '');
  return several ? 'several main processes' : undefined;
}
