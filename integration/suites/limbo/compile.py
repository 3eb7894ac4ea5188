# Writes the test cases of x509-limbo, from a checkout of it, as one JSON file: python3 compile.py CHECKOUT OUTPUT
# Needs the Python packages cryptography and pydantic, and no others of what the suite's own command line imports. BetterTLS's cases
# are among them where the checkout has their file.
import sys
import types

from cryptography.hazmat.primitives.asymmetric import ec, rsa

checkout, output = sys.argv[1:]
sys.path.insert(0, checkout)

# Imported for what only downloads.
for name in ("certifi", "OpenSSL", "requests"):
    try:
        __import__(name)
    except ImportError:
        stand_in = types.ModuleType(name)
        stand_in.where = lambda: ""
        stand_in.SSL = None
        sys.modules[name] = stand_in

# Some cases have keys of their own kind, which know nothing of methods that later releases made abstract.
for key in (rsa.RSAPrivateKey, rsa.RSAPublicKey, ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey):
    for method in ("__copy__", "__deepcopy__"):
        if getattr(getattr(key, method, None), "__isabstractmethod__", False):
            setattr(key, method, lambda self, *rest: self)

from limbo.models import Limbo  # noqa: E402
from limbo.testcases import bettertls, online, registry  # noqa: E402

if bettertls.BETTERTLS_JSON.is_file():
    bettertls.register_testcases()
online.register_testcases()
cases = [make() for make in registry.values()]
with open(output, "w") as file:
    file.write(Limbo(version=1, testcases=cases).model_dump_json(indent=2))
print(f"{len(cases)} cases")
