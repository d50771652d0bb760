// A mock that accepts everybody. What it is there for is its hooks: the parameter `answer` of a token
// request, as JSON, has members that replace those of the token response, `null` for none.
import { OAuth2Server } from 'oauth2-mock-server';

const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
server.service.on('beforeResponse', (response, request) => {
  const { status, ...members } = JSON.parse(request.body.answer ?? '{}');
  response.statusCode = status ?? response.statusCode;
  for (const [name, value] of Object.entries(members)) {
    if (value === null) delete response.body[name];
    else response.body[name] = value;
  }
});
server.service.on('beforeAuthorizeRedirect', (redirect, request) => {
  for (const [name, value] of Object.entries(JSON.parse(request.query.callback ?? '{}'))) {
    if (value === null) redirect.url.searchParams.delete(name);
    else redirect.url.searchParams.set(name, value);
  }
});
await server.start(0, '127.0.0.1');
server.issuer.url = `http://127.0.0.1:${server.address().port}`;
console.log(server.issuer.url);
