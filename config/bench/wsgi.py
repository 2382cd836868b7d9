from config.bench.floors import FloorHandler
from config.wsgi import application as product

floors = FloorHandler()


def application(environ, start_response):
    return (floors if environ["PATH_INFO"].startswith("/floor/") else product)(environ, start_response)
