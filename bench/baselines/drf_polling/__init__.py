"""A chat as a good tutorial for Django REST framework would write it: the page asks every few seconds for `id > after`.

Session sign-in, ModelSerializer, select_related, an index that fits, PostgreSQL, persistent connections, gunicorn.
"""
