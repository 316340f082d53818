"""Fills the domain of this host's Samba, before it serves: JSON in, as forest.ts writes it."""
import json
import sys

from ldb import FLAG_MOD_REPLACE, Dn, Message, MessageElement
from samba.auth import system_session
from samba.dsdb import DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID
from samba.param import LoadParm
from samba.samdb import SamDB

SET_ANY_TIME = f"local_oid:{DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID}:0"  # pwdLastSet is now or never, else

what = json.load(sys.stdin)
settings = LoadParm()
settings.load_default()
sam = SamDB(session_info=system_session(), lp=settings, options=["batch_mode:1"])
root = str(sam.domain_dn())


def change(dn, controls=None, **values):
    it = Message(Dn(sam, f"{dn},{root}" if dn else root))
    for name, value in values.items():
        it[name] = MessageElement(str(value), FLAG_MOD_REPLACE, name)
    sam.modify(it, controls=controls)


sam.transaction_start()
change("", lockoutThreshold=what["lockout"])
for ou in what["units"]:
    sam.create_ou(f"{ou},{root}")
for user in what["users"]:
    dn, password, times = user.pop("dn"), user.pop("password", None), user.pop("times", {})
    secret = {"clearTextPassword": password.encode("utf-16-le")} if password else {}
    sam.add({"dn": f"{dn},{root}", "objectClass": "user", **user, **secret})
    if times:
        change(dn, [SET_ANY_TIME], **times)
for group in what["groups"]:
    members = [f"{dn},{root}" for dn in group.pop("members")]
    dn = group.pop("dn")
    sam.add({"dn": f"{dn},{root}", "objectClass": "group", **group, **({"member": members} if members else {})})
for dn, member in what["rings"]:
    change(dn, member=f"{member},{root}")
sam.transaction_commit()
