//! Hashes in Redis.

use std::fmt;
use std::time::Duration;

use redis::aio::ConnectionLike;
use redis::{ErrorKind, FromRedisValue, RedisError, Script, ScriptInvocation, ServerErrorKind};

use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::record::Record;
use crate::row::micros;
use crate::store::{Acquired, Lease, Mark, Saved, Store, StoreFuture, Stored, Ticket, Version};

const NAME: &str = "redis";

/// How long one operation may take, which is done twice if need be. Two of them fit between
/// [`Policy::request`](crate::Policy::request) and [`Policy::lease`](crate::Policy::lease).
const LONGEST_OPERATION: Duration = Duration::from_secs(5);

/// How often a record is read again that changed before it was taken.
const ATTEMPTS: usize = 8;

/// What all scripts begin with: the time of the server, and the hash of the key.
const PRELUDE: &str = "
    local t = redis.call('TIME')
    local now = t[1] * 1000000 + t[2]
    local function text(n) return string.format('%.0f', n) end
    local function get(f) return redis.call('HGET', KEYS[1], f) end
    local function num(f) return tonumber(get(f) or 'nil') end
    local function stored() return {get('version'), get('mark') or '0', get('record')} end
    local function draw() return math.max((num('number') or 0) + 1, now) end
    -- A key without a record goes away by itself: its numbers come from the clock.
    local function fade()
        if not get('record') then redis.call('PEXPIRE', KEYS[1], 3600000 + (num('duration') or 0) / 1000) end
    end
";

/// Hashes in Redis 5 or newer, or what speaks its protocol and its Lua (feature `redis`), for processes anywhere.
///
/// Each operation is one script on one key, so it is one step and one round trip, also in a cluster. All times are the server's.
///
/// What is saved is as durable as the server is set up: with `appendonly yes` and `appendfsync always` it survives the
/// server; with `everysec` or replication alone, a failover may lose the last second, and with it the accounts
/// whose tokens were rotated in it. An eviction policy other than `noeviction` or `volatile-*` loses accounts.
///
/// A record with an end ([`Record::pending`]) is deleted by Redis itself, so there is nothing for
/// [`Store::purge`] to do.
#[derive(Clone)]
pub struct Redis<C> {
    connection: C,
    prefix: String,
    scripts: std::sync::Arc<Scripts>,
}

struct Scripts {
    load: Script,
    reserve: Script,
    acquire: Script,
    save_login: Script,
    save_renewal: Script,
    release: Script,
    delete: Script,
    take: Script,
}

impl Scripts {
    fn new() -> Self {
        let script = |body: &str| Script::new(&format!("{PRELUDE}{body}"));
        Self {
            load: script("return stored()"),
            reserve: script(
                "local n = text(draw())
                redis.call('HSET', KEYS[1], 'number', n)
                fade()
                return {n, stored()}",
            ),
            acquire: script(
                "local from, duration = num('from'), num('duration')
                if from then
                    local left = from + duration - now
                    if left > 0 and left <= 2 * duration then return {0, text(left), stored()} end
                    if (get('mark') or '0') == '0' then redis.call('HSET', KEYS[1], 'mark', '1') end
                end
                local n = text(draw())
                redis.call('HSET', KEYS[1], 'number', n, 'leased', n, 'from', text(now), 'duration', ARGV[1])
                fade()
                return {1, n, stored()}",
            ),
            save_login: script(
                "local n, version = tonumber(ARGV[1]), num('version')
                if version == n then return {1, stored()} end
                if (version and version > n) or (num('leased') or 0) >= n then return {0, stored()} end
                redis.call('HDEL', KEYS[1], 'from', 'duration')
                redis.call('HSET', KEYS[1], 'number', text(math.max(num('number') or 0, n)),
                    'version', ARGV[1], 'mark', '0', 'record', ARGV[2])
                if ARGV[3] == '' then redis.call('PERSIST', KEYS[1])
                else redis.call('PEXPIREAT', KEYS[1], ARGV[3] .. '000') end
                return {1, {false, '0', false}}",
            ),
            save_renewal: script(
                "local n, version = tonumber(ARGV[1]), num('version')
                if version == n then return {1, stored()} end
                if (num('number') or 0) < n or (version and version > n)
                    or (not version and ARGV[4] == '0') then return {0, stored()} end
                if num('leased') == n then redis.call('HDEL', KEYS[1], 'from', 'duration') end
                redis.call('HSET', KEYS[1], 'version', ARGV[1], 'mark', '0', 'record', ARGV[2])
                if ARGV[3] == '' then redis.call('PERSIST', KEYS[1])
                else redis.call('PEXPIREAT', KEYS[1], ARGV[3] .. '000') end
                return {1, {false, '0', false}}",
            ),
            release: script(
                "if num('leased') == tonumber(ARGV[1]) and get('from') then
                    redis.call('HDEL', KEYS[1], 'from', 'duration')
                    if (get('version') or '') == ARGV[2] then redis.call('HSET', KEYS[1], 'mark', ARGV[3]) end
                end
                return 1",
            ),
            delete: script(
                "local was = get('record')
                redis.call('DEL', KEYS[1])
                if was then return 1 end
                return 0",
            ),
            take: script(
                "if get('version') ~= ARGV[1] then return 0 end
                redis.call('DEL', KEYS[1])
                return 1",
            ),
        }
    }
}

/// What a script says of the record: version, mark, bytes.
type Found = (Option<u64>, i64, Option<Vec<u8>>);

impl<C> Redis<C>
where
    C: ConnectionLike + Clone + Send + Sync + 'static,
{
    /// Keys that begin with `oauth-atlas:`, over a connection that comes back by itself, such as
    /// [`redis::aio::ConnectionManager`]. Its own limit of half a second for a response is short for a server that
    /// waits for its disk: turn it off, as an operation here is bounded by 5 s.
    ///
    /// ```
    /// # async fn connect() -> Result<(), redis::RedisError> {
    /// use redis::aio::{ConnectionManager, ConnectionManagerConfig};
    ///
    /// let config = ConnectionManagerConfig::new().set_response_timeout(None);
    /// let client = redis::Client::open("redis://127.0.0.1/")?;
    /// let connection = ConnectionManager::new_with_config(client, config).await?;
    /// let store = oauth_atlas_store::Redis::new(connection);
    /// # let _ = store; Ok(()) }
    /// ```
    pub fn new(connection: C) -> Self {
        Self {
            connection,
            prefix: "oauth-atlas:".to_owned(),
            scripts: std::sync::Arc::new(Scripts::new()),
        }
    }

    /// Keys that begin with something else.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Does this, and once more if the connection was lost: all but to acquire may be done twice.
    async fn invoke<T: FromRedisValue>(
        &self,
        key: &Key,
        script: &Script,
        arguments: impl Fn(&mut ScriptInvocation<'_>),
    ) -> Result<T, StoreError> {
        match self.invoke_once(key, script, &arguments).await {
            Err(error) if error.kind() == StoreErrorKind::Unavailable => {
                self.invoke_once(key, script, arguments).await
            }
            result => result,
        }
    }

    async fn invoke_once<T: FromRedisValue>(
        &self,
        key: &Key,
        script: &Script,
        arguments: impl Fn(&mut ScriptInvocation<'_>),
    ) -> Result<T, StoreError> {
        let mut invocation = script.key(format!("{}{key}", self.prefix));
        arguments(&mut invocation);
        let mut connection = self.connection.clone();
        let work = invocation.invoke_async(&mut connection);
        match tokio::time::timeout(LONGEST_OPERATION, work).await {
            Ok(result) => result.map_err(|error| failed(&error).of(key)),
            Err(_) => {
                let message = format!("no answer within {} s", LONGEST_OPERATION.as_secs());
                Err(StoreError::new(StoreErrorKind::Unavailable, NAME, message).of(key))
            }
        }
    }

    async fn find(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        let found = self.invoke(key, &self.scripts.load, |_| {}).await?;
        stored(key, found)
    }

    async fn end_lease(
        &self,
        key: &Key,
        version: Version,
        base: Option<u64>,
        mark: i64,
    ) -> Result<(), StoreError> {
        let base = base.map_or_else(String::new, |base| base.to_string());
        self.invoke(key, &self.scripts.release, |script| {
            script.arg(version.0).arg(&base).arg(mark);
        })
        .await
    }
}

fn stored(key: &Key, found: Found) -> Result<Option<Stored>, StoreError> {
    let (Some(version), mark, Some(bytes)) = found else {
        return Ok(None);
    };
    let bytes = zeroize::Zeroizing::new(bytes);
    let record =
        Record::decode(&bytes).map_err(|malformed| StoreError::malformed(malformed, NAME, key))?;
    Ok((!record.is_expired()).then_some(Stored {
        version: Version(version),
        mark: Mark::from_number(mark),
        record,
    }))
}

/// What the server said, by its code: the rest of a message could quote what was sent.
fn failed(error: &RedisError) -> StoreError {
    let code = error.code().unwrap_or_default();
    let kind = match (error.kind(), code) {
        (_, "OOM" | "MISCONF") => StoreErrorKind::Full,
        (ErrorKind::AuthenticationFailed, _)
        | (ErrorKind::Server(ServerErrorKind::NoPerm), _)
        | (_, "NOAUTH" | "WRONGPASS" | "NOPERM") => StoreErrorKind::Denied,
        (_, "WRONGTYPE") => StoreErrorKind::Corrupt,
        (ErrorKind::UnexpectedReturnType | ErrorKind::Parse, _) => StoreErrorKind::LaterFormat,
        _ => StoreErrorKind::Unavailable,
    };
    let message = match (code, error.is_io_error()) {
        ("", true) => error.to_string(),
        ("", false) => format!("{:?}", error.kind()),
        (code, _) => format!("the server says {code}"),
    };
    StoreError::new(kind, NAME, message)
}

impl<C> Store for Redis<C>
where
    C: ConnectionLike + Clone + Send + Sync + 'static,
{
    fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>> {
        Box::pin(self.find(key))
    }

    fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version> {
        Box::pin(async move {
            let (number, found): (u64, Found) =
                self.invoke(key, &self.scripts.reserve, |_| {}).await?;
            stored(key, found)?;
            Ok(Version(number))
        })
    }

    fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired> {
        Box::pin(async move {
            let (is_held, number, found): (bool, u64, Found) = self
                .invoke_once(key, &self.scripts.acquire, |script| {
                    script.arg(micros(duration));
                })
                .await?;
            let (base, mark) = (found.0, found.1);
            match (is_held, stored(key, found)) {
                (false, stored) => Ok(Acquired::Busy {
                    stored: stored?,
                    expires_in: Duration::from_micros(number),
                }),
                (true, Ok(stored)) => Ok(Acquired::Held(Lease {
                    version: Version(number),
                    stored,
                })),
                (true, Err(error)) => {
                    let _ = self.end_lease(key, Version(number), base, mark).await;
                    Err(error)
                }
            }
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a Key,
        ticket: Ticket,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let (script, is_first) = match ticket {
                Ticket::Login { .. } => (&self.scripts.save_login, false),
                Ticket::Renewal { base, .. } => (&self.scripts.save_renewal, base.is_none()),
            };
            let bytes = record.encode();
            let expires_at = record.expires_at_unix();
            let (is_saved, found): (bool, Found) = self
                .invoke(key, script, |script| {
                    script
                        .arg(ticket.version().0)
                        .arg(bytes.as_slice())
                        .arg(expires_at.map_or_else(String::new, |at| at.to_string()))
                        .arg(u8::from(is_first));
                })
                .await?;
            if is_saved {
                return Ok(Saved::Done);
            }
            Ok(Saved::Superseded(stored(key, found)?))
        })
    }

    fn release<'a>(
        &'a self,
        key: &'a Key,
        version: Version,
        base: Option<Version>,
        mark: Mark,
    ) -> StoreFuture<'a, ()> {
        Box::pin(self.end_lease(key, version, base.map(|base| base.0), mark.number()))
    }

    fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool> {
        Box::pin(self.invoke(key, &self.scripts.delete, |_| {}))
    }

    fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move {
            for _ in 0..ATTEMPTS {
                // Read first: what cannot be read is not to be deleted.
                let Some(stored) = self.find(key).await? else {
                    return Ok(None);
                };
                let is_taken: bool = self
                    .invoke_once(key, &self.scripts.take, |script| {
                        script.arg(stored.version.0);
                    })
                    .await?;
                if is_taken {
                    return Ok(Some(stored.record));
                }
            }
            let message = "the record changes all the time";
            Err(StoreError::new(StoreErrorKind::Unavailable, NAME, message).of(key))
        })
    }

    fn purge(&self) -> StoreFuture<'_, u64> {
        Box::pin(async { Ok(0) })
    }
}

impl<C> fmt::Debug for Redis<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Redis")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
