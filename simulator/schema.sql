CREATE TABLE IF NOT EXISTS accounts (
    appid TEXT PRIMARY KEY, name TEXT NOT NULL, original_id TEXT NOT NULL UNIQUE, secret TEXT NOT NULL, token TEXT NOT NULL,
    encoding_aes_key TEXT NOT NULL, mode TEXT NOT NULL, webhook_url TEXT NOT NULL,
    oauth_domains TEXT NOT NULL, templates TEXT NOT NULL, quotas TEXT NOT NULL, menu TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE IF NOT EXISTS cards (
    appid TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (appid, name)
);
CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
-- One person as one account knows them. The openid is worked out from both, or given when a script makes the person.
CREATE TABLE IF NOT EXISTS contacts (
    openid TEXT PRIMARY KEY, appid TEXT NOT NULL, person_id INTEGER NOT NULL REFERENCES people (id),
    subscribed INTEGER NOT NULL DEFAULT 0, subscribed_at REAL, scene TEXT NOT NULL DEFAULT '',
    remark TEXT NOT NULL DEFAULT '', blocked INTEGER NOT NULL DEFAULT 0, snapshot INTEGER NOT NULL DEFAULT 0,
    UNIQUE (appid, person_id)
);
-- Room for customer messages: kind 'message' (5 in 48 hours) or 'tap' (3 in a minute).
CREATE TABLE IF NOT EXISTS windows (
    openid TEXT NOT NULL, kind TEXT NOT NULL, closes_at REAL NOT NULL, remaining INTEGER NOT NULL, PRIMARY KEY (openid, kind)
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, openid TEXT NOT NULL, direction TEXT NOT NULL, via TEXT NOT NULL,
    msgtype TEXT NOT NULL, content TEXT NOT NULL DEFAULT '', articles TEXT NOT NULL DEFAULT '[]',
    url TEXT NOT NULL DEFAULT '', media_id TEXT NOT NULL DEFAULT '', card TEXT NOT NULL DEFAULT 'null', at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_openid ON messages (openid, id);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, appid TEXT NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL, expires_at REAL NOT NULL,
    replaced INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS tickets (appid TEXT NOT NULL, type TEXT NOT NULL, ticket TEXT NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (appid, type));
CREATE TABLE IF NOT EXISTS oauth_codes (
    code TEXT PRIMARY KEY, appid TEXT NOT NULL, openid TEXT NOT NULL, scope TEXT NOT NULL, at REAL NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS oauth_tokens (
    token TEXT PRIMARY KEY, appid TEXT NOT NULL, openid TEXT NOT NULL, scope TEXT NOT NULL, expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS qrcodes (
    ticket TEXT PRIMARY KEY, appid TEXT NOT NULL, action_name TEXT NOT NULL, scene TEXT NOT NULL, at REAL NOT NULL,
    expires_at REAL
);
CREATE TABLE IF NOT EXISTS tags (appid TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (appid, id));
CREATE TABLE IF NOT EXISTS taggings (
    appid TEXT NOT NULL, tag_id INTEGER NOT NULL, openid TEXT NOT NULL, PRIMARY KEY (appid, tag_id, openid)
);
CREATE TABLE IF NOT EXISTS media (
    media_id TEXT PRIMARY KEY, appid TEXT NOT NULL, type TEXT NOT NULL, content_type TEXT NOT NULL, body BLOB NOT NULL,
    expires_at REAL
);
CREATE TABLE IF NOT EXISTS drafts (
    media_id TEXT PRIMARY KEY, appid TEXT NOT NULL, articles TEXT NOT NULL, at REAL NOT NULL, publish_id TEXT
);
CREATE TABLE IF NOT EXISTS template_sends (
    msgid INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, openid TEXT NOT NULL, client_msg_id TEXT NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS mass_sends (
    msg_id INTEGER PRIMARY KEY, appid TEXT NOT NULL, clientmsgid TEXT NOT NULL, to_all INTEGER NOT NULL,
    month TEXT NOT NULL, day TEXT NOT NULL, at REAL NOT NULL, result TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS mass_receipts (
    openid TEXT NOT NULL, month TEXT NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (openid, month)
);
-- Calls to the API: `day` is the Chinese calendar day; `used` counts towards the quota, `total` is everything.
CREATE TABLE IF NOT EXISTS calls (
    appid TEXT NOT NULL, path TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL, total INTEGER NOT NULL,
    last_errcode INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (appid, path, day)
);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, appid TEXT NOT NULL, path TEXT NOT NULL, errcode INTEGER, status INTEGER,
    delay_seconds REAL NOT NULL DEFAULT 0, remaining INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, openid TEXT NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL,
    state TEXT NOT NULL, attempts TEXT NOT NULL DEFAULT '[]', reply TEXT NOT NULL DEFAULT 'null'
);
