// The library is a set of handlers: the store is in memory, the user is always logged in, and
// `allowed=false` is the library's own way of refusing.
import fs from 'node:fs';
import http from 'node:http';
import OAuth2Server from '@node-oauth/oauth2-server';

const registration = JSON.parse(fs.readFileSync(new URL('registration.json', import.meta.url)));

const clients = new Map(Object.values(registration.clients).map(({ id, secret, grants }) => [
  id,
  { id, secret, grants, redirectUris: [registration.redirect_uri] },
]));
const codes = new Map();
const access_tokens = new Map();
const refresh_tokens = new Map();

const model = {
  async getClient(id, secret) {
    const client = clients.get(id);
    return client && (client.secret ?? '') === (secret ?? '') ? client : false;
  },
  async getUserFromClient(client) {
    return { id: client.id };
  },
  async validateScope(user, client, scope) {
    const asked = scope ?? ['read'];
    return asked.every((one) => ['read', 'write'].includes(one)) && asked;
  },
  async saveAuthorizationCode(code, client, user) {
    const saved = { ...code, client, user };
    codes.set(code.authorizationCode, saved);
    return saved;
  },
  async getAuthorizationCode(code) {
    return codes.get(code);
  },
  async revokeAuthorizationCode(code) {
    return codes.delete(code.authorizationCode);
  },
  async saveToken(token, client, user) {
    const saved = { ...token, client, user };
    access_tokens.set(token.accessToken, saved);
    if (token.refreshToken) refresh_tokens.set(token.refreshToken, saved);
    return saved;
  },
  async getAccessToken(token) {
    return access_tokens.get(token);
  },
  async getRefreshToken(token) {
    return refresh_tokens.get(token);
  },
  async revokeToken(token) {
    return refresh_tokens.delete(token.refreshToken);
  },
};

const login = new OAuth2Server({
  // Nobody authenticates the client before the user does.
  model: { ...model, getClient: async (id) => clients.get(id) },
  authenticateHandler: { handle: () => ({ id: registration.user.name }) },
});
const tokens = new OAuth2Server({
  model,
  requireClientAuthentication: { authorization_code: false, refresh_token: false },
});

const endpoints = {
  'GET /authorize': (request, response) => login.authorize(request, response),
  'POST /token': (request, response) => tokens.token(request, response),
  async 'GET /me'(request, response) {
    const token = await tokens.authenticate(request, response);
    response.body = { user: token.user.id };
  },
};

http.createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url, 'http://127.0.0.1');
  let body = '';
  for await (const chunk of incoming) body += chunk;
  const request = new OAuth2Server.Request({
    method: incoming.method,
    headers: incoming.headers,
    query: Object.fromEntries(url.searchParams),
    body: Object.fromEntries(new URLSearchParams(body)),
  });
  const response = new OAuth2Server.Response({});
  const endpoint = endpoints[`${incoming.method} ${url.pathname}`];
  try {
    if (!endpoint) throw Object.assign(new Error('no such endpoint'), { code: 404 });
    await endpoint(request, response);
  } catch (error) {
    if (!response.get('location')) {
      response.status = error.code ?? 500;
      response.body = { error: error.name, error_description: error.message };
    }
  }
  outgoing.writeHead(response.status, { 'content-type': 'application/json', ...response.headers });
  outgoing.end(JSON.stringify(response.body));
}).listen(0, '127.0.0.1', function listening() {
  console.log(`http://127.0.0.1:${this.address().port}`);
});
