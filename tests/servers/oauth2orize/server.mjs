// OAuth2orize on Express with Passport, as its examples combine them: the store is in memory, the
// user is always logged in, and a page asks for consent.
import crypto from 'node:crypto';
import fs from 'node:fs';
import express from 'express';
import oauth2orize from 'oauth2orize';
import pkce from 'oauth2orize-pkce';
import passport from 'passport';
import { BasicStrategy } from 'passport-http';
import { Strategy as BearerStrategy } from 'passport-http-bearer';
import { Strategy as PasswordStrategy } from 'passport-oauth2-client-password';
import { Strategy as PublicStrategy } from 'passport-oauth2-public-client';

const registration = JSON.parse(fs.readFileSync(new URL('registration.json', import.meta.url)));
const { user } = registration;
const clients = new Map(Object.values(registration.clients).map((client) => [client.id, client]));
const codes = new Map();
const access_tokens = new Map();
const refresh_tokens = new Map();

const random = () => crypto.randomBytes(24).toString('base64url');

function issue(grant, with_refresh, done) {
  const [access, refresh] = [random(), with_refresh ? random() : null];
  access_tokens.set(access, grant);
  if (refresh) refresh_tokens.set(refresh, grant);
  done(null, access, refresh, { expires_in: 3600, scope: grant.scope.join(' ') });
}

/// The scopes, or the library's own error where one is unknown.
function scopes(asked, ErrorType) {
  const wanted = asked ?? ['read'];
  const unknown = wanted.find((one) => !['read', 'write'].includes(one));
  if (unknown) throw new ErrorType(`unknown scope ${unknown}`, 'invalid_scope');
  return wanted;
}

/// The same for a grant that this client is not registered for.
function allow(client, grant) {
  if (!client.grants.includes(grant)) {
    throw new oauth2orize.TokenError('not for this client', 'unauthorized_client');
  }
}

const server = oauth2orize.createServer();
server.serializeClient((client, done) => done(null, client.id));
server.deserializeClient((id, done) => done(null, clients.get(id)));
server.grant(pkce.extensions());
server.grant(oauth2orize.grant.code((client, redirect_uri, who, answer, asked, done) => {
  const code = random();
  codes.set(code, { client: client.id, redirect_uri, challenge: asked.codeChallenge, scope: asked.scope ?? ['read'] });
  done(null, code);
}));
server.exchange(oauth2orize.exchange.authorizationCode((client, code, redirect_uri, body, info, done) => {
  const saved = codes.get(code);
  if (!saved || saved.client !== client.id || saved.redirect_uri !== redirect_uri) return done(null, false);
  codes.delete(code);
  const verifier = crypto.createHash('sha256').update(body.code_verifier ?? '').digest('base64url');
  if (saved.challenge && saved.challenge !== verifier) return done(null, false);
  issue({ client: client.id, user: user.name, scope: saved.scope }, true, done);
}));
server.exchange(oauth2orize.exchange.refreshToken((client, token, asked, done) => {
  const grant = refresh_tokens.get(token);
  if (!grant || grant.client !== client.id) return done(null, false);
  refresh_tokens.delete(token);
  issue(grant, true, done);
}));
server.exchange(oauth2orize.exchange.clientCredentials((client, asked, done) => {
  allow(client, 'client_credentials');
  const scope = scopes(asked, oauth2orize.TokenError);
  issue({ client: client.id, user: client.id, scope }, false, done);
}));
server.exchange(oauth2orize.exchange.password((client, name, password, asked, done) => {
  allow(client, 'password');
  if (name !== user.name || password !== user.password) return done(null, false);
  const scope = scopes(asked, oauth2orize.TokenError);
  issue({ client: client.id, user: user.name, scope }, false, done);
}));

const with_secret = (auth) => (id, secret, done) => {
  const client = clients.get(id);
  done(null, client?.auth === auth && client.secret === secret && client);
};
passport.use(new BasicStrategy(with_secret('client_secret_basic')));
passport.use(new PasswordStrategy(with_secret('client_secret_post')));
passport.use(new PublicStrategy((id, done) => {
  const client = clients.get(id);
  done(null, client?.auth === 'none' && client);
}));
passport.use(new BearerStrategy((token, done) => {
  const grant = access_tokens.get(token);
  done(null, grant ? { id: grant.user } : false);
}));

const app = express();
// One user, so one session.
const session = {};
app.use(passport.initialize());
app.use((request, response, next) => {
  request.session = session;
  next();
}, express.urlencoded({ extended: false }));
const logged_in = (request, response, next) => {
  request.user = { id: user.name };
  next();
};
const authorize = server.authorization((asked, done) => {
  const client = clients.get(asked.clientID);
  if (!client || asked.redirectURI !== registration.redirect_uri) return done(null, false);
  try {
    scopes(asked.scope, oauth2orize.AuthorizationError);
    done(null, client, asked.redirectURI);
  } catch (error) {
    done(error, client, asked.redirectURI);
  }
});
app.get('/authorize', logged_in, authorize, (request, response) => {
  response.send(`
    <form action="/decision" method="post">
      <input type="hidden" name="transaction_id" value="${request.oauth2.transactionID}">
      <button>Allow</button>
      <button name="cancel" value="Deny">Deny</button>
    </form>
  `);
}, server.errorHandler({ mode: 'indirect' }));
app.post('/decision', logged_in, server.decision(), server.errorHandler({ mode: 'indirect' }));
const strategies = ['basic', 'oauth2-client-password', 'oauth2-public-client'];
const authenticated = passport.authenticate(strategies, { session: false });
app.post('/token', authenticated, server.token(), server.errorHandler());
app.get('/me', passport.authenticate('bearer', { session: false }), (request, response) => {
  response.json({ sub: request.user.id });
});
const http = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${http.address().port}`));
