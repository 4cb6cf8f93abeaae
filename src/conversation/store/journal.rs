//! The questions asked, with their proofs, and the audit log.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::answer::Question;
use crate::conversation::turn::PREVIOUS;

use super::{Asked, AuditLine, KeptProof, Millis, Page, Slice, Store, StoreError, new_id};
use crate::text::pii;

impl Store {
    /// The latest `limit` questions decided in `[from, now)`, masked as stored, each with the buyer's earlier messages.
    /// They are dated to `now`, for the publish gate to ask.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn real_questions(
        &self,
        shop: &str,
        [from, now]: [Timestamp; 2],
        limit: i64,
    ) -> Result<Vec<Question>, StoreError> {
        let latest: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "select conversation, question, product from decisions
             where shop = $1 and at >= $2 and at < $3 and question <> '' order by at desc, message desc limit $4",
        )
        .bind(shop)
        .bind(Millis::from(from))
        .bind(Millis::from(now))
        .bind(limit)
        .fetch_all(&self.read)
        .await?;
        let mut talks: HashMap<String, Vec<String>> = HashMap::new();
        Ok(latest
            .into_iter()
            .rev()
            .map(|(conversation, text, product)| {
                let said = talks.entry(conversation).or_default();
                let from = said.len().saturating_sub(PREVIOUS as usize);
                let previous = said[from..].to_vec();
                said.push(text.clone());
                Question {
                    text,
                    product,
                    at: now,
                    previous,
                    ..Question::default()
                }
            })
            .collect())
    }

    /// The questions of `[from, until)` that the bot had no sure answer for, or whose answer got a thumb down, newest
    /// first. A question back for the product or a measure shows that the question was understood, so it does not
    /// count; nor does 不是, which asks nothing.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn asked_in_vain(
        &self,
        shop: &str,
        from: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Asked>, StoreError> {
        Ok(sqlx::query_as(
            r#"select message, conversation, question, product, outcome, reason, confidence, entries, at from decisions
             where shop = $1 and at >= $2 and at < $3 and question <> ''
             and (reason in ('no_match', 'low_confidence', 'not_in_force', 'repeated')
             or outcome = 'clarify' and decision not like '%"rule":"size.ask"%' and decision not like '%"rule":"product.ask"%'
             or reply in (select message from feedback where shop = $1 and verdict = 'down'))
             order by at desc, message limit $4"#,
        )
        .bind(shop)
        .bind(Millis::from(from))
        .bind(Millis::from(until))
        .bind(limit)
        .fetch_all(&self.read)
        .await?)
    }

    /// The decision on a message, or of a reply, with its proof.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where no snapshot decided it.
    pub async fn kept_proof(
        &self,
        shop: &str,
        conversation: &str,
        message: &str,
    ) -> Result<KeptProof, StoreError> {
        let kept: Option<KeptProof> = sqlx::query_as(
            "select decision, proof, at from decisions
             where shop = $1 and conversation = $2 and (message = $3 or reply = $3) and proof is not null",
        )
        .bind(shop)
        .bind(conversation)
        .bind(message)
        .fetch_optional(&self.read)
        .await?;
        kept.ok_or_else(|| StoreError::missing("proof of", message))
    }

    /// Writes a line into the audit log.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn audit(
        &self,
        actor: &str,
        action: &str,
        shop: &str,
        target: &str,
        detail: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into audit (id, at, actor, action, shop, target, detail) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new_id())
        .bind(Millis::from(now))
        .bind(actor)
        .bind(action)
        .bind(shop)
        .bind(target)
        .bind(pii::mask(detail))
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The audit log, newest first; an empty `shop` means all.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn audit_log(&self, shop: &str, slice: Slice) -> Result<Page<AuditLine>, StoreError> {
        let what = "audit where ($1 = '' or shop = $1)";
        self.page(what, "at desc, id desc", &[shop], slice).await
    }
}
