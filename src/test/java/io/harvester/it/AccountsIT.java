// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Certificates;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** People log in: accounts, passwords, throttling, sessions and their ends, several aggregators. */
class AccountsIT {
  private static final Duration APPLIED = Duration.ofSeconds(5);
  private static final String REQUIRED = "--authentication=required";

  @TempDir static Path folder;

  private static int status(PageClient page, String[] session) throws Exception {
    return page.get("/api/session", session).statusCode();
  }

  private static void endsSoon(PageClient page, String[] session) throws Exception {
    Eventually.until("the session ends", APPLIED, () -> status(page, session) == 401);
  }

  @EachTier(TestTier.POSTGRES)
  void a_person_logs_in_and_out(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, REQUIRED)) {
      PageClient page = new PageClient(a);
      String password = cli.user("add", "ada", "--may-read", "lab-*");
      HttpResponse<String> in = page.tryToLogin("ada", password);
      assertEquals(200, in.statusCode(), in.body());
      String expected =
          "{\"by\":\"session\",\"name\":\"ada\",\"admin\":false,\"mayRead\":[\"lab-*\"]}\n";
      assertEquals(expected, in.body());
      String cookie = PageClient.cookie(in);
      assertTrue(
          cookie.matches(
              "harvester-session=hvs_[\\w-]{43}; Max-Age=604800;.* Path=/; HTTPOnly;"
                  + " SameSite=Strict"),
          cookie);
      String[] session = {"Cookie", cookie.split(";", -1)[0]};
      assertEquals(expected, page.get("/api/session", session).body());
      assertEquals(200, page.get("/api/fleet", session).statusCode());
      String stored =
          String.valueOf(db.query("SELECT * FROM harvester.account_session"))
              + db.query("SELECT * FROM harvester.account");
      assertFalse(stored.contains(cookie.substring(18, 61)) || stored.contains(password), stored);
      HttpResponse<String> out = page.post("/api/logout", new JsonObject(), session);
      assertEquals(204, out.statusCode(), out.body());
      assertTrue(PageClient.cookie(out).startsWith("harvester-session=; Max-Age=0;"));
      HttpResponse<String> ended = page.get("/api/fleet", session);
      assertEquals(401, ended.statusCode());
      assertEquals("the session has ended: sign in again\n", ended.body());
      assertTrue(PageClient.cookie(ended).contains("Max-Age=0"), "a cookie without use is removed");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void wrong_names_and_passwords_have_one_answer(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, REQUIRED)) {
      PageClient page = new PageClient(a);
      String password = cli.user("add", "ada");
      String off = cli.user("add", "off");
      cli.user("disable", "off");
      HttpResponse<String> wrong = page.tryToLogin("ada", "a wrong password");
      assertEquals(401, wrong.statusCode());
      assertEquals(
          "Bearer realm=\"harvester\"",
          wrong.headers().firstValue("WWW-Authenticate").orElse(""),
          "a browser does not ask by itself");
      for (String[] other :
          new String[][] {
            {"nobody", password}, {"off", off}, {"", password}, {"ada", "x".repeat(600)}
          }) {
        HttpResponse<String> answer = page.tryToLogin(other[0], other[1]);
        assertEquals(wrong.body(), answer.body(), other[0]);
        assertEquals(401, answer.statusCode(), other[0]);
        assertEquals("", PageClient.cookie(answer));
      }
      for (String body : List.of("", "[]", "{}", "{\"name\":1,\"password\":\"x\"}", "{\"name\":")) {
        HttpResponse<String> answer =
            page.postAsIs("/api/login", body, "application/json", "X-Requested-With", "fetch");
        assertEquals(400, answer.statusCode(), body);
      }
      assertEquals(
          413, page.tryToLogin("ada", "x".repeat(20_000)).statusCode(), "a body has a limit");
      assertEquals(405, page.get("/api/login").statusCode());
    }
  }

  @EachTier(TestTier.POSTGRES)
  void failed_logins_are_limited_by_address_and_by_name(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, REQUIRED, "--proxy-addresses=127.0.0.1")) {
      PageClient page = new PageClient(a);
      String ada = cli.user("add", "ada");
      String bob = cli.user("add", "bob");
      for (int i = 0; i < 10; i++) {
        assertEquals(401, page.tryToLogin("ada", "wrong", from("192.0.2." + i)).statusCode());
      }
      HttpResponse<String> refused = page.tryToLogin("ada", ada, from("192.0.2.99"));
      assertEquals(429, refused.statusCode(), refused.body());
      int seconds = Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
      assertTrue(seconds > 200 && seconds <= 301, seconds + " s");
      assertTrue(refused.body().contains("try again in " + seconds + " s"), refused.body());
      assertEquals(200, page.tryToLogin("bob", bob, from("192.0.2.99")).statusCode());
      for (int i = 0; i < 10; i++) {
        assertEquals(
            401, page.tryToLogin("guess-" + i, "wrong", from("198.51.100.1")).statusCode());
      }
      assertEquals(429, page.tryToLogin("bob", bob, from("198.51.100.1")).statusCode());
      assertEquals(
          429,
          page.tryToLogin("bob", bob, from("192.0.2.1, 198.51.100.1")).statusCode(),
          "only what the proxy adds counts");
      assertEquals(200, page.tryToLogin("bob", bob, from("198.51.100.2")).statusCode());
    }
  }

  private static String[] from(String address) {
    return new String[] {"X-Forwarded-For", address};
  }

  @EachTier(TestTier.POSTGRES)
  void a_session_is_valid_on_each_aggregator_and_ends_on_each(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator one = TestAggregator.start(db, REQUIRED);
        TestAggregator two = TestAggregator.start(db, REQUIRED)) {
      PageClient here = new PageClient(one);
      PageClient there = new PageClient(two);
      String password = cli.user("add", "ada");
      String[] session = here.login("ada", password);
      String[] other = there.login("ada", password);
      assertEquals(200, status(there, session));
      assertEquals(204, here.post("/api/logout", new JsonObject(), session).statusCode());
      endsSoon(there, session);
      assertEquals(200, status(here, other), "another session goes on");
      String changed = cli.user("password", "ada");
      endsSoon(here, other);
      endsSoon(there, other);
      assertEquals(401, here.tryToLogin("ada", password).statusCode());
      String[] third = here.login("ada", changed);
      cli.user("disable", "ada");
      endsSoon(there, third);
      cli.user("enable", "ada");
      assertEquals(401, status(there, third), "it does not come back");
      String[] fourth = there.login("ada", changed);
      cli.user("remove", "ada");
      endsSoon(here, fourth);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_session_ends_by_itself(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    String password = cli(db, cli);
    try (TestAggregator idle = TestAggregator.start(db, REQUIRED, "--session-idle=4s")) {
      PageClient page = new PageClient(idle);
      String[] used = page.login("ada", password);
      String[] unused = page.login("ada", password);
      for (int i = 0; i < 6; i++) {
        Thread.sleep(1000);
        assertEquals(200, status(page, used), "it is in use");
      }
      assertEquals(401, status(page, unused));
      assertEquals(2L, db.value("SELECT count(*) FROM harvester.account_session"));
      page.login("ada", password);
      assertEquals(
          2L,
          db.value("SELECT count(*) FROM harvester.account_session"),
          "a login removes what has ended");
    }
    try (TestAggregator max = TestAggregator.start(db, REQUIRED, "--session-max=3s")) {
      PageClient page = new PageClient(max);
      String[] session = page.login("ada", password);
      assertEquals(200, status(page, session));
      Eventually.until(
          "it ends, although it is in use",
          Duration.ofSeconds(7),
          () -> status(page, session) == 401);
    }
  }

  /** The tables are there once an aggregator has started. */
  private static String cli(TestDatabase db, NodeCli cli) throws Exception {
    TestAggregator.start(db).close();
    return cli.user("add", "ada");
  }

  @EachTier(TestTier.POSTGRES)
  void under_tls_the_cookie_is_bound_to_the_host(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    Certificates ours = new Certificates(folder);
    ours.sign("server");
    try (TestAggregator a =
        TestAggregator.start(
            db,
            REQUIRED,
            "--tls-certificate=" + ours.certificate("server", "server.crt"),
            "--tls-key=" + ours.key("server", "server.key"))) {
      String password = cli.user("add", "ada");
      PageClient page = new PageClient(a, ours.trusting());
      HttpResponse<String> in = page.tryToLogin("ada", password);
      String cookie = PageClient.cookie(in);
      assertTrue(
          cookie.matches("__Host-harvester-session=.*; Path=/; Secure; HTTPOnly; SameSite=Strict"),
          cookie);
      String value = cookie.split("[=;]", -1)[1];
      assertEquals(
          200,
          page.get("/api/session", "Cookie", "__Host-harvester-session=" + value).statusCode());
      assertEquals(
          401,
          page.get("/api/session", "Cookie", "harvester-session=" + value).statusCode(),
          "a cookie that another host of the domain can set does not count");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void requests_of_other_sites_are_refused(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, REQUIRED)) {
      PageClient page = new PageClient(a);
      String[] session = page.login("root", added(cli));
      String body = "{\"node\":\"lab-1\"}";
      for (String path : List.of("/api/admin/add", "/api/login", "/api/logout")) {
        refused(page.postAsIs(path, body, "application/json", session), "X-Requested-With");
        refused(foreign(page, path, session, "Origin", "http://evil.example"), "evil.example");
        refused(foreign(page, path, session, "Origin", "null"), "page of null");
        refused(foreign(page, path, session, "Origin", "http://127.0.0.1:1"), "page of http://127");
        refused(foreign(page, path, session, "Sec-Fetch-Site", "cross-site"), "cross-site");
        refused(foreign(page, path, session, "Sec-Fetch-Site", "same-site"), "same-site");
      }
      assertEquals(0L, db.value("SELECT count(*) FROM harvester.node"));
      HttpResponse<String> form =
          page.postAsIs(
              "/api/admin/add",
              body,
              "text/plain",
              "X-Requested-With",
              "fetch",
              session[0],
              session[1]);
      assertEquals(415, form.statusCode(), form.body());
      HttpResponse<String> own = foreign(page, "/api/admin/add", session, "Origin", page.base());
      assertEquals(200, own.statusCode(), own.body());
      assertEquals(1L, db.value("SELECT count(*) FROM harvester.node"));
    }
  }

  private static String added(NodeCli cli) {
    return cli.user("add", "root", "--admin");
  }

  private static HttpResponse<String> foreign(
      PageClient page, String path, String[] session, String header, String value)
      throws Exception {
    return page.post(
        path, new JsonObject().put("node", "lab-1"), session[0], session[1], header, value);
  }

  private static void refused(HttpResponse<String> answer, String reason) {
    assertEquals(403, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(reason), answer.body());
  }

  @EachTier(TestTier.POSTGRES)
  void a_reverse_proxy_names_accounts_and_a_stranger_does_not(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    String header = "--proxy-user-header=X-Remote-User";
    try (TestAggregator behind =
            TestAggregator.start(db, REQUIRED, header, "--proxy-addresses=127.0.0.0/8");
        TestAggregator open =
            TestAggregator.start(db, REQUIRED, header, "--proxy-addresses=192.0.2.0/24")) {
      cli.user("add", "ada", "--may-read", "lab-*");
      cli.user("add", "off");
      cli.user("disable", "off");
      PageClient page = new PageClient(behind);
      String[] ada = {"X-Remote-User", "ada"};
      assertEquals(
          "{\"by\":\"proxy\",\"name\":\"ada\",\"admin\":false,\"mayRead\":[\"lab-*\"]}\n",
          page.get("/api/session", ada).body());
      assertEquals(404, page.get("/api/node?name=web-1", ada).statusCode());
      for (String name : List.of("eve", "off", "", "a b")) {
        assertEquals(403, page.get("/api/fleet", "X-Remote-User", name).statusCode(), name);
      }
      assertEquals(
          403,
          page.get("/api/fleet", "X-Remote-User", "ada", "X-Remote-User", "root").statusCode());
      HttpResponse<String> stranger = new PageClient(open).get("/api/fleet", ada);
      assertEquals(403, stranger.statusCode());
      assertEquals(
          "the header X-Remote-User is accepted from HARVESTER_PROXY_ADDRESSES only, and not from"
              + " 127.0.0.1\n",
          stranger.body());
      String token = cli.run("add", "lab-1");
      assertEquals(
          200,
          new PageClient(open)
              .get("/api/v1/node/self", "Authorization", "Bearer " + token)
              .statusCode(),
          "a token is a token, whatever the settings");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void accounts_are_administered_by_commands(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, REQUIRED)) {
      PageClient page = new PageClient(a);
      InputStream before = System.in;
      try {
        System.setIn(new ByteArrayInputStream("my own password\nrest".getBytes(UTF_8)));
        assertEquals("added user ada", cli.user("add", "ada", "--password-stdin"));
        System.setIn(new ByteArrayInputStream("short\n".getBytes(UTF_8)));
        assertTrue(cli.endUser("password", "ada", "--password-stdin").err().contains("10 to 500"));
      } finally {
        System.setIn(before);
      }
      page.login("ada", "my own password");
      JsonObject added = new JsonObject(cli.user("add", "bob", "--admin", "--json"));
      page.login("bob", added.getString("password"));
      assertTrue(cli.endUser("add", "bob").err().contains("there is already a user bob"));
      assertTrue(
          cli.endUser("add", "eve", "--admin", "--may-read", "lab-*")
              .err()
              .contains("exclude each other"));
      for (String command : List.of("password", "disable", "enable", "remove")) {
        assertTrue(cli.endUser(command, "eve").err().contains("there is no user eve"), command);
      }
      String list = cli.user("list");
      assertTrue(list.matches("(?s)user +role +mayRead +state +sessions +lastLogin\n.*"), list);
      assertTrue(list.matches("(?s).*\nada +viewer +\\* +enabled +1 +20.*"), list);
      assertTrue(list.matches("(?s).*\nbob +admin +\\* +enabled +1 +20.*"), list);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void logins_and_changes_are_in_the_audit_log(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, REQUIRED)) {
      PageClient page = new PageClient(a);
      String[] session = page.login("root", added(cli));
      page.tryToLogin("root", "a wrong password");
      page.tryToLogin("nobody", "a wrong password");
      page.post("/api/admin/add", new JsonObject().put("node", "lab-1"), session);
      page.post("/api/logout", new JsonObject(), session);
      assertEquals(
          List.of(
              List.of("account", "admin added: root", "-", "-"),
              List.of("account", "logged in", "root", "127.0.0.1"),
              List.of("account", "login failed", "root", "127.0.0.1"),
              List.of("account", "login failed", "(no account)", "127.0.0.1"),
              List.of("access", "added", "root", "127.0.0.1"),
              List.of("account", "logged out", "root", "127.0.0.1")),
          db.query(
              "SELECT kind, what, CASE WHEN address IS NULL THEN '-' ELSE who END,"
                  + " coalesce(address, '-') FROM fleet.audit ORDER BY time"));
      assertEquals(
          List.of(List.of("lab-1", "root", "added from 127.0.0.1")),
          db.query("SELECT node, who, text FROM fleet.annotation"));
    }
  }
}
