//! What can be assigned to.

use std::sync::Arc;

use super::ast::Target;
use super::parser::Parser;
use super::tokens::Kind;
use crate::failure::Outcome;

impl Parser {
    pub(super) fn target_name(&mut self) -> Outcome<Arc<str>> {
        let name = self.expect_name()?;
        if matches!(&*name, "true" | "false" | "none" | "True" | "False" | "None") {
            return self.fail("can't assign to 'name'");
        }
        Ok(name)
    }

    /// What stands left of `in` or `=`.
    pub(super) fn targets(&mut self, end: Option<&'static str>, with_namespace: bool) -> Outcome<Target> {
        self.nested(|parser| {
            let mut targets = Vec::new();
            let mut is_tuple = false;
            loop {
                if !targets.is_empty() {
                    parser.expect_operator(",")?;
                }
                if parser.at_tuple_end(end) {
                    break;
                }
                targets.push(parser.target(with_namespace)?);
                if !parser.peek().is_operator(",") {
                    break;
                }
                is_tuple = true;
            }
            match targets.pop() {
                Some(target) if !is_tuple => Ok(target),
                None => parser.fail(format!(
                    "Expected an expression, got '{}'",
                    parser.peek().describe()
                )),
                last => {
                    targets.extend(last);
                    Ok(Target::Tuple(targets))
                }
            }
        })
    }

    fn target(&mut self, with_namespace: bool) -> Outcome<Target> {
        if self.skip_operator("(") {
            let target = self.targets(None, false)?;
            self.expect_operator(")")?;
            return Ok(target);
        }
        match self.peek() {
            Kind::Name(_) => {}
            Kind::Text(_) | Kind::Integer(_) | Kind::Float(_) => return self.fail("can't assign to 'const'"),
            other => return self.fail(format!("unexpected '{}'", other.describe())),
        }
        let name = self.target_name()?;
        let symbol = self.symbol(&name);
        if with_namespace && self.skip_operator(".") {
            return Ok(Target::Attribute(symbol, self.expect_name()?));
        }
        Ok(Target::Name(symbol))
    }
}
