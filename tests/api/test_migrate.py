# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrating a database of the first schema that has data in it."""
import configparser
import json
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest

import kit
from test_counters import check_exact

TOP = Path(__file__).resolve().parents[2]
FIRST = "0001-foundation.sql"
# A definition as the first version wrote it.
OLD = {"steps": [{"id": "step_consent", "kind": "consent",
                  "text_version": "1"},
                 {"id": "step_document", "kind": "document",
                  "document_kinds": ["passport", "id_card",
                                     "driving_license",
                                     "residence_permit"]},
                 {"id": "step_selfie", "kind": "selfie"}],
       "checks": ["document_check", "identity_check"]}


class Old:
    """Databases with the first schema and one organisation's rows, beside
    the stack's, whose keyring and programs serve both. Not its store: what
    has no row here is none of ours."""

    def __init__(self, stack, api, directory):
        self.stack, self.api, self.dir = stack, api, directory
        self.name = "old_" + secrets.token_hex(4)
        self.key = api.key
        self.conf = directory / "old.conf"
        self.write_conf(directory / "sql")
        stack.sql("".join("CREATE DATABASE %s; GRANT ALL ON %s.* TO"
                          " vouchsafe@localhost;" % (n, n)
                          for n in self.schemas()))

    def schemas(self):
        return self.name, self.name + "_keys"

    def write_conf(self, sql_dir):
        conf = configparser.ConfigParser()
        conf.read_string(self.stack.conf.read_text())
        conf["service"]["sql_dir"] = str(sql_dir)
        for name in ("state", "store"):
            conf["service"][name + "_dir"] = str(self.dir / name)
            (self.dir / name).mkdir(mode=0o700, exist_ok=True)
        conf["database"]["name"], conf["database"]["keys_name"] = \
            self.schemas()
        with open(self.conf, "w") as out:
            conf.write(out)
        self.conf.chmod(0o600)

    def migrate(self):
        return self.stack.tool("migrate", conf=self.conf).stdout

    def sql(self, text):
        return self.stack.sql("USE %s; %s" % (self.name, text))

    def drop(self):
        self.stack.sql("".join("DROP DATABASE %s;" % n
                               for n in self.schemas()))

    def fill(self):
        """The organisation's rows, as far as the first schema has columns."""
        org = "UNHEX('%s')" % self.api.org.replace("-", "")
        mine = {"organisation": "id = " + org,
                "tenant": "organisation_id = " + org, "keyring_key": "1"}
        for new, old in zip(("vouchsafe", "vouchsafe_keys"), self.schemas()):
            columns = {}
            for table, column in self.stack.sql(
                    "SELECT table_name, column_name FROM"
                    " information_schema.columns WHERE table_schema = '%s'"
                    " AND table_name NOT LIKE 'schema\\_%%'" % old):
                columns.setdefault(table, []).append(column)
            for table, names in columns.items():
                if table == "job":
                    continue
                self.stack.sql(
                    "INSERT INTO %s.%s (%s) SELECT %s FROM %s.%s WHERE %s" % (
                        old, table, ", ".join(names), ", ".join(names), new,
                        table, mine.get(table, "tenant_id IN (SELECT id FROM"
                                        " vouchsafe.tenant WHERE"
                                        " organisation_id = %s)" % org)))
        self.sql("UPDATE workflow SET definition = '%s'" % json.dumps(OLD))


class Upgraded(kit.Later):
    """The API on those databases."""

    def __init__(self, old):
        self.stack, self.key, self.conf = old.stack, old.key, old.conf

    def data(self, path, **more):
        answer = self.ask("GET", path, **more)
        assert answer.status == 200, answer
        return answer.json["data"]


@pytest.fixture(scope="module")
def sessions(api):
    """One not opened, one begun, one gone through."""
    made = [api.create(customerName="Old %d" % i, externalId="o-%d" % i)
            for i in range(3)]
    kit.Link(api, made[1]["token"]).consent()
    kit.Link(api, made[2]["token"]).finish()
    kit.wait_until(lambda: not {
        api.show(made[2])[check]["status"]
        for check in ("documentVerification", "faceVerification")} & {
            "pending", "processing"}, 60, "no results")
    return made


@pytest.fixture(scope="module")
def old(stack, api, sessions, tmp_path_factory):
    directory = tmp_path_factory.mktemp("old")
    (directory / "sql").mkdir()
    shutil.copy(TOP / "sql" / FIRST, directory / "sql")
    made = Old(stack, api, directory)
    try:
        assert "schema 1\n" in made.migrate()
        made.fill()
        made.write_conf(TOP / "sql")
        assert "applied 0002-native.sql" in made.migrate()
        yield made
    finally:
        made.drop()


@pytest.fixture(scope="module")
def upgraded(old):
    return Upgraded(old)


def test_counters_are_exact(old, stack, api):
    tenant = stack.sql("SELECT HEX(id) FROM tenant WHERE live = 1 AND"
                       " organisation_id = UNHEX('%s')"
                       % api.org.replace("-", ""))[0][0]
    check_exact(old, tenant)


def test_lists_show_what_they_showed(upgraded, api, sessions):
    path = "/kyc/sessions?include_summary=true"
    before = api.ask("GET", path).json["data"]
    after = upgraded.data(path)
    assert after["summary"]["total"] == 3
    assert after["summary"]["status_counts"] == \
        before["summary"]["status_counts"]
    shown = {s["session_id"]: s for s in after["sessions"]}
    for session, done in zip(sessions, (0, 1, 3)):
        row = shown[session["id"]]
        assert (row["completed_steps"], row["total_steps"]) == (done, 3)
        assert row["current_step_index"] == done
        was = [s for s in before["sessions"]
               if s["session_id"] == session["id"]][0]
        for name in ("status", "progress_percent", "customer_name",
                     "external_id", "expires_at", "created_at"):
            assert row[name] == was[name], name


def test_sessions_and_links_are_read(upgraded, api, sessions):
    for session in sessions:
        path = "/kyc-sessions/" + session["id"]
        answer = upgraded.ask("GET", path)
        assert answer.status == 200, answer
        assert answer.json == api.ask("GET", path).json
        page = upgraded.data("/public/sessions/" + session["token"])
        before = kit.Link(api, session["token"]).get().json["data"]
        # nobody has looked at the photos of then
        for step in before["steps_data"]:
            for document in step["documents"]:
                assert document["quality"]
                document["quality"] = None
        assert page == before


def test_an_old_definition_is_read(upgraded):
    flow, = upgraded.data("/kyc/workflows")["workflows"]
    assert [s["step_id"] for s in flow["steps"]] == [
        "step_consent", "step_document", "step_selfie"]
    assert flow["steps"][1]["options"]["document_kinds"] == \
        OLD["steps"][1]["document_kinds"]
    assert flow["validations"] == OLD["checks"]


def test_what_goes_on_is_written(old, upgraded, sessions):
    answer = upgraded.ask("POST", "/public/sessions/%s/step/step_consent/"
                          "complete" % sessions[0]["token"], {"consent": {
                              "accepted": True, "text_version": "1",
                              "locale": "en"}})
    assert answer.status == 200, answer
    made = upgraded.ask("POST", "/kyc-sessions", {"customerName": "New"})
    assert made.status == 201, made
    assert upgraded.data("/kyc/sessions?include_summary=true")["summary"][
        "total"] == 4
    assert old.sql("SELECT pending, COUNT(*) FROM event WHERE pending = 1"
                   " GROUP BY 1")[0][0] == "1"


def test_the_audit_trail_is_chained(old, upgraded, api, stack, sessions):
    path = "/kyc/sessions/" + sessions[1]["id"]
    assert upgraded.ask("DELETE", path).status == 200
    done = subprocess.run([stack.bin / "vouchsafe-jobs", "--conf", old.conf,
                           "--once"], capture_output=True, timeout=60)
    assert done.returncode == 0 and b"Sanitizer" not in done.stderr
    assert old.sql("SELECT COUNT(*) FROM audit WHERE tail = 1") == [["0"]]
    said = stack.tool("audit", "verify", "--org", api.org, conf=old.conf)
    assert "rows chained, all as written" in said.stdout


def test_again_changes_nothing(old):
    assert "applied" not in old.migrate()
