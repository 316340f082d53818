import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const python = "/usr/bin/python3";
const found = spawnSync(python, [
  "-c",
  "import saml2; from saml2.sigver import get_xmlsec_binary; get_xmlsec_binary()",
]);
/** Why assertions are not judged on this machine; undefined: they are. */
export const noJudge = found.status === 0 ? undefined : "pysaml2 is not installed (Debian: python3-pysaml2, xmlsec1)";

interface Case {
  readonly metadata: string;
  readonly recipient: string;
  readonly response?: string;
  readonly envelope?: string;
}
interface Said {
  readonly issuer: string;
  readonly subject: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** What another implementation (pysaml2 and xmlsec1), as the service provider, believes of an answer; rejects where it does not. */
export async function judge(it: Case): Promise<Said> {
  const dir = mkdtempSync(join(tmpdir(), "crunch-saml-"));
  try {
    for (const key of ["metadata", "response", "envelope"] as const)
      if (it[key] !== undefined) writeFileSync(join(dir, `${key}.xml`), it[key]);
    const { stdout } = await promisify(execFile)(python, ["-c", program, dir, it.recipient]);
    return JSON.parse(stdout) as Said;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const program = `
import base64, json, os, re, sys
from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.sigver import get_xmlsec_binary
folder, recipient = sys.argv[1:]
read = lambda name: open(os.path.join(folder, name + ".xml")).read()
wrapped = os.path.exists(os.path.join(folder, "envelope.xml"))
config = SPConfig()
config.load({
    "entityid": "http://beta.example/sp",
    "xmlsec_binary": get_xmlsec_binary(),
    "accepted_time_diff": 10 * 365 * 86400,
    "allow_unknown_attributes": True,
    "metadata": {"local": [os.path.join(folder, "metadata.xml")]},
    "service": {"sp": {
        "endpoints": {"assertion_consumer_service": [(recipient, BINDING_HTTP_POST)]},
        "allow_unsolicited": True, "want_response_signed": False, "want_assertions_signed": True,
    }},
})
client = Saml2Client(config)
text = re.search("<samlp:Response.*</samlp:Response>", read("envelope"), re.S).group() if wrapped else read("response")
response = client.parse_authn_request_response(base64.b64encode(text.encode()).decode(), BINDING_HTTP_POST)
assert response is not None and response.assertion is not None
print(json.dumps({"issuer": response.issuer(), "subject": response.name_id.text, "attributes": response.ava}))
`;
