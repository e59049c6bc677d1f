/** Layer rules; see docs/architecture.md. */
module.exports = { forbidden: [], options: {} };
