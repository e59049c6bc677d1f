import { ENVIRONMENT_VARIABLES } from '../../platform/config.js';

/** The environment for processes that must not see how this one is configured: all but the service's own variables. */
export function inheritedEnvironment(): Readonly<Record<string, string | undefined>> {
  const own = new Set(ENVIRONMENT_VARIABLES);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.has(name)));
}
