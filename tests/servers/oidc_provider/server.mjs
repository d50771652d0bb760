// The library with its own login, consent and device pages; everything is at its default that can be.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import Provider from 'oidc-provider';

const registration = JSON.parse(fs.readFileSync(new URL('registration.json', import.meta.url)));

// It does not start with a client for a grant that it lacks.
const known = Object.values(registration.clients).filter(({ grants }) => !grants.includes('password'));
const clients = known.map((client) => {
  const has_login = client.grants.includes('authorization_code');
  return {
    client_id: client.id,
    ...(client.secret === null ? {} : { client_secret: client.secret }),
    token_endpoint_auth_method: client.auth,
    grant_types: client.grants,
    response_types: has_login ? ['code'] : [],
    redirect_uris: has_login ? [registration.redirect_uri] : [],
    // Without this, a scope that nobody knows is left out of the token and not refused.
    scope: 'openid offline_access profile read',
  };
});

// Those that sign: with a key, and with their secret.
for (const { id, auth, jwk, secret } of Object.values(registration.signing)) {
  clients.push({
    client_id: id,
    token_endpoint_auth_method: auth,
    ...(jwk ? { jwks: { keys: [jwk] } } : { client_secret: secret }),
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    redirect_uris: [registration.redirect_uri],
    scope: 'openid offline_access profile read',
  });
}

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(origin, {
    clients,
    scopes: ['openid', 'offline_access', 'profile', 'read', 'write'],
    claims: { openid: ['sub'], profile: ['name'] },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      // Proofs need a nonce of the server's at every endpoint.
      dPoP: { enabled: true, nonceSecret: crypto.randomBytes(32), requireNonce: () => true },
    },
    rotateRefreshToken: true,
  });
  server.on('request', provider.callback());
  console.log(origin);
});
