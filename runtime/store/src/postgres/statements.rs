//! What is asked of the server. `$1` is the key in all of them.

/// Microseconds since 1970 by the server's clock, at this moment and not at the beginning of the transaction: a
/// statement may have waited for another that has the row.
const NOW: &str = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

/// As [`Row`](crate::row::Row) says it: a lease that has not ended by time.
const IS_HELD: &str = "(r.lease_until is not null and r.lease_until > NOW \
                       and r.lease_until - NOW <= 2 * (r.lease_until - r.lease_from))";

pub(super) struct Statements {
    pub table: String,
    pub load: String,
    pub look: String,
    pub reserve: String,
    pub acquire: String,
    pub save_login: String,
    pub save_renewal: String,
    pub release: String,
    pub delete: String,
    pub take: String,
    pub purge: String,
}

impl Statements {
    pub fn new(table: &str) -> Self {
        let say = |text: &str| {
            text.replace("IS_HELD", IS_HELD)
                .replace("NOW", NOW)
                .replace("TABLE_NAME", table)
        };
        Self {
            // A lower fill factor leaves room for the new versions of a row in its page, so that its index is left alone.
            table: say("create table if not exists TABLE_NAME (
                key text primary key,
                number bigint not null,
                leased bigint not null default 0,
                lease_from bigint,
                lease_until bigint,
                mark bigint not null default 0,
                version bigint,
                expires_at bigint,
                record bytea
            ) with (fillfactor = 70)"),
            load: say("select version, mark, record from TABLE_NAME where key = $1"),
            look: say("select version, mark, record,
                coalesce(lease_until - NOW, 0) as lease_left from TABLE_NAME where key = $1"),
            reserve: say("insert into TABLE_NAME as r (key, number) values ($1, NOW)
                on conflict (key) do update set number = greatest(r.number + 1, excluded.number)
                returning number, version, mark, record"),
            acquire: say("insert into TABLE_NAME as r (key, number, leased, lease_from, lease_until)
                select $1, n.now, n.now, n.now, n.now + $2 from (select NOW as now) n
                on conflict (key) do update set
                    number = greatest(r.number + 1, excluded.number),
                    leased = greatest(r.number + 1, excluded.number),
                    mark = case when r.lease_until is not null and r.mark = 0 then 1 else r.mark end,
                    lease_from = NOW,
                    lease_until = NOW + $2
                where not IS_HELD
                returning number, version, mark, record"),
            save_login: say("insert into TABLE_NAME as r (key, number, version, expires_at, record)
                values ($1, $2, $2, $3, $4)
                on conflict (key) do update set
                    number = greatest(r.number, $2), version = $2, mark = 0,
                    expires_at = $3, record = $4, lease_from = null, lease_until = null
                where (r.version is null or r.version < $2) and r.leased < $2
                returning number"),
            save_renewal: say("update TABLE_NAME r set
                    version = $2, mark = 0, expires_at = $3, record = $4,
                    lease_from = case when r.leased = $2 then null else r.lease_from end,
                    lease_until = case when r.leased = $2 then null else r.lease_until end
                where key = $1 and r.number >= $2
                    and (r.version < $2 or (r.version is null and $5))
                returning number"),
            release: say("update TABLE_NAME r set lease_from = null, lease_until = null,
                    mark = case when r.version is not distinct from $3 then $4 else r.mark end
                where key = $1 and r.leased = $2 and r.lease_until is not null
                returning number"),
            delete: say("delete from TABLE_NAME where key = $1
                returning record is not null
                    and (expires_at is null or expires_at > NOW / 1000000) as was_record"),
            take: say("delete from TABLE_NAME where key = $1 and version = $2 returning number"),
            purge: say("delete from TABLE_NAME r
                where (r.record is null or r.expires_at <= NOW / 1000000) and not IS_HELD
                returning 1"),
        }
    }
}
