// The library with its own login, consent and device pages; everything is at its default that can be.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
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

// Those that show a certificate: of an authority that the server knows, and of their own making.
const tls = JSON.parse(fs.readFileSync(new URL('tls.json', import.meta.url)));
for (const { id, auth, name } of Object.values(registration.certificates)) {
  const certificate = new crypto.X509Certificate(tls.own);
  const jwk = { ...certificate.publicKey.export({ format: 'jwk' }), x5c: [certificate.raw.toString('base64')] };
  clients.push({
    client_id: id,
    token_endpoint_auth_method: auth,
    ...(name ? { tls_client_auth_san_dns: name } : { jwks: { keys: [jwk] } }),
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    redirect_uris: [registration.redirect_uri],
    scope: 'openid offline_access profile read',
  });
}

const peer = ({ socket }) => socket.getPeerX509Certificate?.();

const server = http.createServer();
const tls_server = https.createServer({
  key: tls.key,
  cert: tls.certificate,
  ca: tls.authority,
  requestCert: true,
  rejectUnauthorized: false,
});
await new Promise((listens) => { tls_server.listen(0, '127.0.0.1', listens); });
server.listen(0, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const tls_origin = `https://127.0.0.1:${tls_server.address().port}`;
  const provider = new Provider(origin, {
    clients,
    scopes: ['openid', 'offline_access', 'profile', 'read', 'write'],
    claims: { openid: ['sub'], profile: ['name'] },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      registration: { enabled: true, initialAccessToken: registration.initial_access_token },
      registrationManagement: { enabled: true },
      requestObjects: { enabled: true },
      revocation: { enabled: true },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        selfSignedTlsClientAuth: true,
        getCertificate: (ctx) => peer(ctx)?.toString(),
        certificateAuthorized: ({ socket }) => socket.authorized === true,
        certificateSubjectMatches: (ctx, property, expected) => (
          property === 'tls_client_auth_san_dns' && peer(ctx).subjectAltName === `DNS:${expected}`
        ),
      },
      // Proofs need a nonce of the server's at every endpoint.
      dPoP: { enabled: true, nonceSecret: crypto.randomBytes(32), requireNonce: () => true },
    },
    // Its default, and the two by a certificate.
    clientAuthMethods: [
      'client_secret_basic', 'client_secret_jwt', 'client_secret_post', 'private_key_jwt', 'none',
      'tls_client_auth', 'self_signed_tls_client_auth',
    ],
    rotateRefreshToken: true,
    discovery: {
      mtls_endpoint_aliases: {
        token_endpoint: `${tls_origin}/token`,
        introspection_endpoint: `${tls_origin}/token/introspection`,
        revocation_endpoint: `${tls_origin}/token/revocation`,
      },
    },
  });
  server.on('request', provider.callback());
  tls_server.on('request', provider.callback());
  console.log(origin);
});
