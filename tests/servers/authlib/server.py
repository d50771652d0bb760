"""Authlib's grants and endpoints on Flask, over a store in memory.

The user is always logged in and agrees, unless `login_hint` is `deny`.
"""

import json
import os
import secrets
import time

# It refuses plain HTTP otherwise, on loopback as well.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2 import (
    OAuth2Error,
    rfc6749,
    rfc6750,
    rfc7009,
    rfc7523,
    rfc7636,
    rfc7662,
    rfc8628,
    rfc9207,
)
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

with open("registration.json", encoding="utf-8") as file:
    REGISTRATION = json.load(file)

SCOPES = ["profile", "read", "write"]
ASSERTION = rfc7523.JWTBearerClientAssertion.CLIENT_AUTH_METHOD
METHODS = ["client_secret_basic", "client_secret_post", ASSERTION, "none"]
USER = REGISTRATION["user"]["name"]


class Client(rfc6749.ClientMixin):
    def __init__(self, id, secret, auth, grants, jwk=None):
        self.client_id, self.secret, self.auth, self.grants, self.jwk = id, secret, auth, grants, jwk

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return REGISTRATION["redirect_uri"]

    def get_allowed_scope(self, scope):
        return " ".join(one for one in (scope or "read").split() if one in SCOPES)

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == REGISTRATION["redirect_uri"]

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.auth

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in self.grants


class User(str):
    def get_user_id(self):
        return str(self)


class Token(dict, rfc6749.TokenMixin):
    def check_client(self, client):
        return self["client_id"] == client.client_id

    def get_scope(self):
        return self.get("scope", "")

    def get_expires_in(self):
        return self["expires_in"]

    def is_expired(self):
        return self["issued_at"] + self["expires_in"] < time.time()

    def is_revoked(self):
        return self.get("revoked", False)

    def get_user(self):
        return self["user"]

    def get_client(self):
        return CLIENTS[self["client_id"]]


class Code(dict, rfc6749.AuthorizationCodeMixin):
    def get_redirect_uri(self):
        return self["redirect_uri"]

    def get_scope(self):
        return self["scope"]

    # Where PKCE looks for them.
    code_challenge = property(lambda self: self["code_challenge"])
    code_challenge_method = property(lambda self: self["code_challenge_method"])


CLIENTS = {client["id"]: Client(**client) for client in REGISTRATION["clients"].values()}
KEY = REGISTRATION["signing"]["key"]
CLIENTS[KEY["id"]] = Client(
    KEY["id"], None, ASSERTION, ["authorization_code", "refresh_token", "client_credentials"], KEY["jwk"]
)
TOKENS, CODES, DEVICES, DECISIONS = [], {}, {}, {}


def find(value):
    members = ("access_token", "refresh_token")
    return next((token for token in TOKENS if value in [token.get(member) for member in members]), None)


def save_token(token, request):
    TOKENS.append(
        Token(token, client_id=request.client.client_id, user=request.user, issued_at=int(time.time()))
    )


class AuthorizationCodeGrant(rfc6749.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code, request):
        payload = request.payload
        CODES[code] = Code(
            client_id=request.client.client_id,
            redirect_uri=payload.redirect_uri,
            scope=request.client.get_allowed_scope(payload.scope),
            code_challenge=payload.data.get("code_challenge"),
            code_challenge_method=payload.data.get("code_challenge_method"),
            code=code,
        )

    def query_authorization_code(self, code, client):
        saved = CODES.get(code)
        return saved if saved and saved["client_id"] == client.client_id else None

    def delete_authorization_code(self, code):
        CODES.pop(code["code"])

    def authenticate_user(self, code):
        return User(USER)


class RefreshTokenGrant(rfc6749.RefreshTokenGrant):
    INCLUDE_NEW_REFRESH_TOKEN = True
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_refresh_token(self, refresh_token):
        token = find(refresh_token)
        return token if token and not token.is_revoked() else None

    def authenticate_user(self, token):
        return token["user"]

    def revoke_old_credential(self, token):
        token["revoked"] = True


class ClientCredentialsGrant(rfc6749.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:3]


class DeviceCodeGrant(rfc8628.DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_device_credential(self, device_code):
        return DEVICES.get(device_code)

    def query_user_grant(self, user_code):
        allowed = DECISIONS.get(user_code)
        return None if allowed is None else (User(USER), allowed)

    def should_slow_down(self, credential):
        last, credential["last"] = credential.get("last"), time.time()
        return last is not None and credential["last"] - last < 0.9


class DeviceAuthorizationEndpoint(rfc8628.DeviceAuthorizationEndpoint):
    CLIENT_AUTH_METHODS = METHODS
    INTERVAL = 1

    def get_verification_uri(self):
        return ISSUER + "/device"

    def save_device_credential(self, client_id, scope, data):
        expires_at = time.time() + data["expires_in"]
        DEVICES[data["device_code"]] = rfc8628.DeviceCredentialDict(
            client_id=client_id, scope=scope, expires_at=expires_at, **data
        )


class RevocationEndpoint(rfc7009.RevocationEndpoint):
    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token, token_type_hint):
        return find(token)

    def revoke_token(self, token, request):
        token["revoked"] = True


class IntrospectionEndpoint(rfc7662.IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = METHODS[:3]

    def query_token(self, token, token_type_hint):
        return find(token)

    def check_permission(self, token, client, request):
        return token.check_client(client)

    def introspect_token(self, token):
        return {
            "active": True,
            "client_id": token["client_id"],
            "scope": token.get_scope(),
            "sub": token["user"],
            "exp": token["issued_at"] + token["expires_in"],
        }


class Assertion(rfc7523.JWTBearerClientAssertion):
    used = set()

    def get_audiences(self):
        return [ISSUER + "/oauth/token"]

    def resolve_client_public_key(self, client):
        return client.jwk

    def validate_jti(self, claims, jti):
        is_new = jti not in self.used
        self.used.add(jti)
        return is_new


class Issuer(rfc9207.IssuerParameter):
    def get_issuer(self):
        return ISSUER


class Validator(rfc6750.BearerTokenValidator):
    def authenticate_token(self, token_string):
        return find(token_string)


app = Flask(__name__)
app.config.update(
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
    OAUTH2_SCOPES_SUPPORTED=SCOPES,
    OAUTH2_ERROR_URIS=[("invalid_client", "https://as.example/errors/invalid_client")],
)
server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=save_token)
server.register_grant(AuthorizationCodeGrant, [rfc7636.CodeChallenge(required=True)])
for grant in (RefreshTokenGrant, ClientCredentialsGrant, DeviceCodeGrant):
    server.register_grant(grant)
for endpoint in (DeviceAuthorizationEndpoint, RevocationEndpoint, IntrospectionEndpoint):
    server.register_endpoint(endpoint)
server.register_extension(Issuer())
server.register_client_auth_method(ASSERTION, Assertion())
require_oauth = ResourceProtector()
require_oauth.register_token_validator(Validator())


@app.get("/oauth/authorize")
def authorize():
    user = User(USER)
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    allowed = request.args.get("login_hint") != "deny"
    return server.create_authorization_response(grant=grant, grant_user=user if allowed else None)


@app.post("/oauth/token")
def token():
    return server.create_token_response()


@app.post("/oauth/<any(device_authorization, revocation, introspection):name>")
def endpoint(name):
    return server.create_endpoint_response(name)


@app.route("/device", methods=["GET", "POST"])
def device():
    if request.method == "POST":
        DECISIONS[request.form["user_code"]] = request.form["decision"] == "allow"
        return "<p>Go back to your device.</p>"
    return """
        <form method="post">
          <input type="text" name="user_code">
          <button name="decision" value="allow">Allow</button>
          <button name="decision" value="deny">Deny</button>
        </form>
    """


@app.get("/me")
@require_oauth("profile")
def me():
    return jsonify(sub=USER)


http = make_server("127.0.0.1", 0, app, threaded=True)
ISSUER = f"http://127.0.0.1:{http.server_port}"
print(ISSUER, flush=True)
http.serve_forever()
