"""The WSGI entry point that the application server loads. Its connections carry a time limit, for no request may hold the database."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
# Requests that need less say so themselves; downloads, which may take longer, do too. Commands do not come through here.
os.environ.setdefault("PGOPTIONS", "-c statement_timeout=10000")
application = get_wsgi_application()
