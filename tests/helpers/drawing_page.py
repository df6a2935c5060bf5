"""Page with only a form and the drawing in it, served as by the application."""

import json

from flask import render_template_string, request

from rba_audit.web import create_app
from rba_audit.web.http.access import EVERYONE, open_to
from rba_audit.web.http.services import services

PAGE = """{% extends "base.html" %}{% block title %}Drawing{% endblock %}{% block main %}<h1>Drawing</h1>
<form class="card stack" method="post">{% include "site_editing/drawing.html" %}
<details><summary>As text</summary>
<label for="geometry">Outline</label><textarea id="geometry" name="geometry">{{ geometry }}</textarea>
<label for="parts">Parts</label><textarea id="parts" name="parts">{{ parts }}</textarea></details>
<button class="button">Save</button></form>{% endblock %}"""


def drawing_app(register, standard, context=()):
    """An application with a page `/draw/SITE`; what is sent to it is answered as JSON."""
    app = create_app(register, standard, context)

    @open_to(EVERYONE)
    def draw(site_id):
        if request.method == "POST":
            return {name: json.loads(request.form[name] or "null") for name in ("geometry", "parts")}
        document = services().register.site(site_id).feature if site_id != "new" else None
        parts = [part.feature for part in services().findings().source.parts if part.site == site_id]
        geometry = json.dumps(document["geometry"]) if document and document["geometry"] else ""
        return render_template_string(PAGE, page="", document=document, geometry=geometry, parts=json.dumps(parts))

    app.add_url_rule("/draw/<path:site_id>", view_func=draw, methods=["GET", "POST"])
    return app
