"""Canaille on SQLite in memory, with its own login and its own page for consent."""

import datetime
import json
import os

# It refuses plain HTTP otherwise, on loopback as well.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.sql.backend import Base
from werkzeug.serving import make_server

with open("registration.json", encoding="utf-8") as file:
    REGISTRATION = json.load(file)

# The port is chosen before there is an application.
http = make_server("127.0.0.1", 0, None, threaded=False)
address = f"127.0.0.1:{http.server_port}"
app = create_app(
    {
        "SECRET_KEY": "a key that only tests have",
        "SERVER_NAME": address,
        "PREFERRED_URL_SCHEME": "http",
        "SESSION_COOKIE_SECURE": False,
        "CANAILLE": {"DATABASE": "sql"},
        # Each thread would have a database of its own, so the server has one thread. The store for
        # tests, `memory`, finds codes and consents of other clients.
        "CANAILLE_SQL": {"DATABASE_URI": "sqlite://"},
        "CANAILLE_OIDC": {},
    },
    init_backend=False,
)

with app.app_context():
    # Quicker than by the history of their changes.
    Base.metadata.create_all(Backend.instance.engine)
    user = models.User(
        user_name=REGISTRATION["user"]["name"],
        formatted_name="Alice",
        family_name="Alice",
        emails=["alice@example.com"],
        password=REGISTRATION["user"]["password"],
    )
    Backend.instance.save(user)
    for client in REGISTRATION["clients"].values():
        registered = models.Client(
            client_id=client["id"],
            client_secret=client["secret"],
            client_name=client["id"],
            client_id_issued_at=datetime.datetime.now(datetime.timezone.utc),
            redirect_uris=[REGISTRATION["redirect_uri"]],
            token_endpoint_auth_method=client["auth"],
            grant_types=client["grants"],
            response_types=["code"],
            scope=["openid", "profile", "email"],
            # Access tokens are JWTs without an id, of which two in a second would be the same, but
            # for signatures that have a random part.
            id_token_signed_response_alg="PS256",
        )
        Backend.instance.save(registered)
        registered.audience = [registered]
        Backend.instance.save(registered)

http.app = app
print(f"http://{address}", flush=True)
http.serve_forever()
