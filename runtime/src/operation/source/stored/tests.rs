use oauth_atlas_store::Memory;

use super::*;
use crate::operation::source::TokenEvent;
use crate::operation::source::tests::{DOWN, GONE, NEW, NEWER, Server, client, text, tokens};

fn account() -> Key {
    Key::new("acme/user-42").unwrap()
}

/// The source of a process of its own, which shares nothing with others but the store.
fn process(server: &Arc<Server>, store: &Arc<Memory>) -> TokenSource {
    TokenSource::stored(&client(server), Arc::clone(store), account())
}

async fn is_stored(store: &Memory) -> Option<String> {
    let stored = store.load(&account()).await.unwrap()?;
    let core = client(&Server::open([]));
    let tokens = super::tokens(&core, &stored.record).unwrap();
    Some(tokens.access_token().expose().to_owned())
}

#[tokio::test]
async fn tokens_of_a_login_are_those_of_every_process() {
    let (server, store) = (Server::open([]), Arc::new(Memory::new()));
    let error = process(&server, &store).tokens().await.unwrap_err();
    assert!(error.needs_login(), "{error}");
    process(&server, &store).log_in(tokens(3600)).await.unwrap();
    assert_eq!(
        text(&process(&server, &store).tokens().await.unwrap()),
        "old"
    );
    assert_eq!(
        text(&process(&server, &store).tokens_blocking().unwrap()),
        "old"
    );
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn fifty_processes_renew_once_and_store_before_they_use() {
    let (server, store) = (Server::open([NEW, NEWER]), Arc::new(Memory::new()));
    let first = process(&server, &store);
    first.log_in(tokens(-1)).await.unwrap();
    let mut others = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let source = process(&server, &store);
        others.spawn(async move { source.tokens().await });
    }
    while let Some(renewed) = others.join_next().await {
        assert_eq!(text(&renewed.unwrap().unwrap()), "new");
    }
    assert_eq!(text(&first.tokens().await.unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(is_stored(&store).await.as_deref(), Some("new"));
}

#[tokio::test]
async fn blocking_processes_share_a_store_as_well() {
    let (server, store) = (Server::open([NEW]), Arc::new(Memory::new()));
    process(&server, &store).log_in(tokens(-1)).await.unwrap();
    let blocking = process(&server, &store);
    let renewed = tokio::task::spawn_blocking(move || blocking.tokens_blocking());
    assert_eq!(text(&renewed.await.unwrap().unwrap()), "new");
    assert_eq!(
        text(&process(&server, &store).tokens().await.unwrap()),
        "new"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_program_hears_of_tokens_that_are_durable() {
    let (server, store) = (Server::open([NEW]), Arc::new(Memory::new()));
    let heard = Arc::new(Mutex::new(None));
    let source = process(&server, &store).on_event({
        let (heard, store) = (Arc::clone(&heard), Arc::clone(&store));
        move |event| {
            let stored = crate::http::block_on::block_on(is_stored(&store));
            if let TokenEvent::Renewed(_) = event {
                *heard.lock().unwrap() = stored;
            }
        }
    });
    source.log_in(tokens(-1)).await.unwrap();
    source.tokens().await.unwrap();
    assert_eq!(heard.lock().unwrap().as_deref(), Some("new"));
}

/// The API has refused what this process has, and a peer has renewed it since.
#[tokio::test]
async fn after_a_401_what_a_peer_has_renewed_is_adopted() {
    let (server, store) = (Server::open([NEW]), Arc::new(Memory::new()));
    let mine = process(&server, &store);
    mine.log_in(tokens(3600)).await.unwrap();
    let old = mine.tokens().await.unwrap();
    let peer = process(&server, &store);
    assert_eq!(text(&peer.tokens().await.unwrap()), "old");
    assert_eq!(text(&peer.other_than(&old).await.unwrap()), "new");
    assert_eq!(text(&mine.other_than(&old).await.unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_dead_refresh_token_is_found_out_by_one_process() {
    let (server, store) = (Server::open([GONE, NEW]), Arc::new(Memory::new()));
    process(&server, &store).log_in(tokens(-1)).await.unwrap();
    for _ in 0..3 {
        let error = process(&server, &store).tokens().await.unwrap_err();
        assert!(error.needs_login(), "{error}");
    }
    assert_eq!(server.requests().len(), 1);
    process(&server, &store).log_in(tokens(3600)).await.unwrap();
    assert_eq!(
        text(&process(&server, &store).tokens().await.unwrap()),
        "old"
    );
}

#[tokio::test]
async fn an_outage_is_no_login() {
    let (server, store) = (Server::open([DOWN, NEW]), Arc::new(Memory::new()));
    let source = process(&server, &store);
    source.log_in(tokens(-1)).await.unwrap();
    assert!(source.tokens().await.unwrap_err().is_retryable());
    assert_eq!(
        text(&process(&server, &store).tokens().await.unwrap()),
        "new"
    );
}

#[tokio::test]
async fn a_refresh_token_of_an_answer_that_cannot_be_used_is_stored() {
    let mac = r#"{"access_token":"n","refresh_token":"rotated","token_type":"mac"}"#;
    let (server, store) = (Server::open([(200, mac), NEW]), Arc::new(Memory::new()));
    let source = process(&server, &store);
    source.log_in(tokens(-1)).await.unwrap();
    assert!(source.tokens().await.is_err());
    assert_eq!(
        text(&process(&server, &store).tokens().await.unwrap()),
        "new"
    );
    let requests = server.requests();
    assert!(
        requests[1].contains("refresh_token=rotated"),
        "{requests:?}"
    );
}

#[tokio::test]
async fn after_a_log_out_there_are_no_tokens() {
    let (server, store) = (Server::open([]), Arc::new(Memory::new()));
    let source = process(&server, &store);
    source.log_in(tokens(3600)).await.unwrap();
    source.log_out().await.unwrap();
    assert!(source.current().is_none());
    assert_eq!(is_stored(&store).await, None);
    assert!(source.tokens().await.unwrap_err().needs_login());
}

#[tokio::test]
async fn client_credentials_are_shared() {
    let (server, store) = (Server::open([NEW, NEWER]), Arc::new(Memory::new()));
    for _ in 0..3 {
        let request = client(&server).client_credentials(["read"]);
        let source = request
            .token_source()
            .kept_in(Arc::clone(&store), account());
        assert_eq!(text(&source.tokens().await.unwrap()), "new");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_is_no_token_set_is_left_and_told_without_its_text() {
    let (server, store) = (Server::open([]), Arc::new(Memory::new()));
    let record = Record::tokens("{\"canary\":1}");
    put(&*store, &account(), &record).await.unwrap();
    let error = process(&server, &store).tokens().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert_eq!(error.verdict(), Verdict::Report);
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    let stored = store.load(&account()).await.unwrap().unwrap();
    assert_eq!(stored.record, record);
}
