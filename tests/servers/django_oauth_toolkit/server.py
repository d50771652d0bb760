"""A Django project in one file, with the toolkit at its defaults where they can be kept.

The user is logged in by a cookie that a middleware sets; consent is asked on the toolkit's own page.
"""

import json
import socketserver
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

with open("registration.json", encoding="utf-8") as file:
    REGISTRATION = json.load(file)

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    def address_string(self):
        # No look-up of a name.
        return self.client_address[0]


http = Server(("127.0.0.1", 0), Handler)
ISSUER = f"http://127.0.0.1:{http.server_port}/o"

settings.configure(
    SECRET_KEY="a key that only tests have",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="server",
    USE_TZ=True,
    # One database in memory for all threads.
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "file:servers?mode=memory&cache=shared",
            "OPTIONS": {"uri": True},
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "server.logged_in",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    # The toolkit hashes client secrets, and Django's default takes a second for each.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    # Tables are made from the models, which is quicker than by the history of their changes.
    MIGRATION_MODULES={app: None for app in ("auth", "contenttypes", "sessions", "oauth2_provider")},
    OAUTH2_PROVIDER={
        "SCOPES": {"openid": "OpenID Connect", "read": "Read", "write": "Write"},
        "DEFAULT_SCOPES": ["read"],
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": KEY.decode(),
        "OIDC_ISS_ENDPOINT": ISSUER,
        "OAUTH_DEVICE_VERIFICATION_URI": f"{ISSUER}/device/",
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
    },
)
# For the settings that name this file.
sys.modules["server"] = sys.modules[__name__]
django.setup()

from django.contrib.auth import get_user_model, login
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path
from oauth2_provider.models import get_application_model
from oauth2_provider.urls import metadata_urlpatterns


def logged_in(get_response):
    def respond(request):
        if request.path in ("/o/authorize/", "/o/device/") and not request.user.is_authenticated:
            login(request, get_user_model().objects.get())
        return get_response(request)

    return respond


urlpatterns = [
    *metadata_urlpatterns,
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]


def register():
    call_command("migrate", run_syncdb=True, verbosity=0)
    user = REGISTRATION["user"]
    get_user_model().objects.create_user(user["name"], password=user["password"])
    Application = get_application_model()
    # An application has one grant, besides that of refresh tokens.
    grants = {
        "authorization_code": Application.GRANT_AUTHORIZATION_CODE,
        "client_credentials": Application.GRANT_CLIENT_CREDENTIALS,
        "password": Application.GRANT_PASSWORD,
        "urn:ietf:params:oauth:grant-type:device_code": Application.GRANT_DEVICE_CODE,
    }
    for client in REGISTRATION["clients"].values():
        is_public = client["secret"] is None
        Application.objects.create(
            client_id=client["id"],
            client_secret=client["secret"] or "",
            client_type=Application.CLIENT_PUBLIC if is_public else Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=grants[client["grants"][0]],
            redirect_uris=REGISTRATION["redirect_uri"],
            algorithm=Application.RS256_ALGORITHM,
        )


register()
application = get_wsgi_application()
# Threads that share a database in memory find its tables locked by each other.
one_at_a_time = threading.Lock()


def respond(environ, start_response):
    with one_at_a_time:
        return application(environ, start_response)


http.set_app(respond)
print(f"http://127.0.0.1:{http.server_port}", flush=True)
http.serve_forever()
