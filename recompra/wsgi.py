"""The web process' entry, served by granian (`recompra serve`)."""

import os

from django.core.wsgi import get_wsgi_application

from recompra.work.garbage import seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recompra.settings")
application = get_wsgi_application()
seldom()
