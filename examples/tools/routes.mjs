// A page of the routes that the HTTP API has.
import { sourceFiles } from './source-files.mjs';

const ROUTE = /router\.(get|post|put|delete)\('([^']+)'/g;
const routes = sourceFiles('src/http/routes').flatMap(({ path, text }) =>
  [...text.matchAll(ROUTE)].map(([, method, route]) => `| ${method.toUpperCase()} | \`${route}\` | \`${path}\` |`),
);

console.log(`# Routes\n\n| method | path | file |\n| --- | --- | --- |\n${routes.sort().join('\n')}`);
