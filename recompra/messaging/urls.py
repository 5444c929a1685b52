from django.urls import path

from recompra.messaging import click_to_chat, texts

app_name = "messaging"
urlpatterns = [
    path("textos/", texts.texts, name="texts"),
    path("textos/<slug:code>/", texts.save_text, name="save_text"),
    path("whatsapp/<uuid:public_id>/botao/", click_to_chat.action, name="action"),
    path("whatsapp/<uuid:public_id>/produto/", click_to_chat.product_form, name="product_form"),
    path("whatsapp/<uuid:public_id>/", click_to_chat.open_chat, name="open_chat"),
]
