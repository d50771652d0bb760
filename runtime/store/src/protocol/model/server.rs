//! An authorization server whose refresh tokens are good for one use.

/// What becomes of a refresh token that comes a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Rule {
    /// It is refused.
    Strict,
    /// It is refused, and all tokens of its login are revoked (RFC 9700, section 4.14.2).
    Revoking,
    /// It brings the same successor again as long as that was not used.
    Grace,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Server {
    rule: Rule,
    /// Each token by its number.
    tokens: Vec<Issued>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Issued {
    login: u8,
    is_live: bool,
    successor: Option<u8>,
}

impl Server {
    pub fn new(rule: Rule) -> Self {
        Self {
            rule,
            tokens: Vec::new(),
        }
    }

    pub fn log_in(&mut self, login: u8) -> u8 {
        self.issue(login)
    }

    fn issue(&mut self, login: u8) -> u8 {
        self.tokens.push(Issued {
            login,
            is_live: true,
            successor: None,
        });
        u8::try_from(self.tokens.len() - 1).expect("few tokens")
    }

    /// The new refresh token, or a refusal.
    pub fn refresh(&mut self, token: u8) -> Option<u8> {
        let issued = self.tokens[usize::from(token)];
        if issued.is_live {
            let successor = self.issue(issued.login);
            let spent = &mut self.tokens[usize::from(token)];
            spent.is_live = false;
            spent.successor = Some(successor);
            return Some(successor);
        }
        match self.rule {
            Rule::Strict => None,
            Rule::Revoking => {
                for other in &mut self.tokens {
                    other.is_live &= other.login != issued.login;
                }
                None
            }
            Rule::Grace => issued
                .successor
                .filter(|successor| self.is_live(*successor)),
        }
    }

    /// Whether it was used, and not only revoked.
    pub fn is_spent(&self, token: u8) -> bool {
        self.tokens[usize::from(token)].successor.is_some()
    }

    fn is_live(&self, token: u8) -> bool {
        self.tokens[usize::from(token)].is_live
    }

    /// Whether a refresh with this token would succeed.
    pub fn accepts(&self, token: u8) -> bool {
        let successor = self.tokens[usize::from(token)].successor;
        self.is_live(token)
            || (self.rule == Rule::Grace && successor.is_some_and(|token| self.is_live(token)))
    }

    /// The tokens of a login that are revoked, where the rule is to revoke.
    pub fn revoked(&self, login: u8) -> impl Iterator<Item = u8> {
        let is_revoking = self.rule == Rule::Revoking;
        let numbered = (0..).zip(&self.tokens);
        numbered
            .filter(move |(_, issued)| is_revoking && issued.login == login)
            .map(|(token, _)| token)
    }

    pub fn login_of(&self, token: u8) -> u8 {
        self.tokens[usize::from(token)].login
    }
}
