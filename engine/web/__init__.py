"""The site: a store of scores, a pipeline that fills it, pages, a JSON API, a static export.

The last layer: nothing of the engine imports it but the command line, when one of its commands is
asked for. It needs the extra ``web``.
"""
