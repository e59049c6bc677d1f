import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, with a slash at its end. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Material that lies beside a checkout on some machines: real votes and recipes of services. */
export const SHARED_FOLDER = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** With REQUIRE_SERVICES=1 a missing folder or service is a failure, where it is otherwise a test skipped by name. */
export const servicesAreRequired = (): boolean => process.env.REQUIRE_SERVICES === '1';
