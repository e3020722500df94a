//! Text, print tags and statements.

use std::sync::Arc;

use super::ast::{
    Block, Expression, ExpressionKind, For, MacroDefinition, Parameter, Statement, StatementKind as Node,
};
use super::checks::special_names;
use super::expressions::TupleRules;
use super::parser::Parser;
use super::tokens::Kind;
use crate::failure::Outcome;

impl Parser {
    /// Everything up to one of `ends`, whose name is left to be read; to the template's end if there are none.
    pub(super) fn statements(&mut self, ends: &'static [&'static str]) -> Outcome<Vec<Statement>> {
        let mut body = Vec::new();
        loop {
            let line = self.line();
            match self.peek() {
                Kind::End if ends.is_empty() => return Ok(body),
                Kind::Data(text) => {
                    let text = text.clone();
                    self.skip(1);
                    body.push(Statement {
                        kind: Node::Text(text),
                        line,
                    });
                }
                Kind::VariableBegin => {
                    self.skip(1);
                    let value = self.tuple(TupleRules::default())?;
                    self.expect_kind(&Kind::VariableEnd)?;
                    body.push(Statement {
                        kind: Node::Print(value),
                        line,
                    });
                }
                Kind::BlockBegin => {
                    self.skip(1);
                    if ends.iter().any(|end| self.peek().is_name(end)) {
                        return Ok(body);
                    }
                    let line = self.line();
                    let found = self.nested(Self::statement)?;
                    body.extend(found.into_iter().map(|kind| Statement { kind, line }));
                    self.expect_kind(&Kind::BlockEnd)?;
                }
                _ => return self.fail_unknown(None),
            }
        }
    }

    /// The body of a tag, to one of `ends`, which is left to be read.
    fn body(&mut self, ends: &'static [&'static str]) -> Outcome<Vec<Statement>> {
        self.skip_operator(":");
        self.expect_kind(&Kind::BlockEnd)?;
        self.expected_tags.push(ends);
        let body = self.statements(ends)?;
        self.expected_tags.pop();
        Ok(body)
    }

    /// The body of a tag with its end.
    fn whole_body(&mut self, ends: &'static [&'static str]) -> Outcome<Vec<Statement>> {
        let body = self.body(ends)?;
        self.skip(1);
        Ok(body)
    }

    fn fail_unknown<T>(&self, name: Option<&str>) -> Outcome<T> {
        let mut message = match name {
            Some(name) => format!("Encountered unknown tag '{name}'."),
            None => "Unexpected end of template.".to_owned(),
        };
        if let Some(expected) = self.expected_tags.last() {
            let list: Vec<String> = expected.iter().map(|tag| format!("'{tag}'")).collect();
            let list = list.join(" or ");
            let known = name.is_some_and(|name| self.expected_tags.iter().any(|tags| tags.contains(&name)));
            message += if known {
                " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for "
            } else {
                " Jinja was looking for the following tags: "
            };
            message += &list;
            message += ".";
        }
        if let Some(open) = self.open_tags.last() {
            message += " The innermost block that needs to be closed is '";
            message += open;
            message += "'.";
        }
        self.fail(message)
    }

    fn statement(&mut self) -> Outcome<Vec<Node>> {
        let Kind::Name(tag) = self.peek().clone() else {
            return self.fail("tag name expected");
        };
        self.open_tags.push(Arc::clone(&tag));
        if &*tag == "print" {
            let printed = self.print()?;
            self.open_tags.pop();
            return Ok(printed);
        }
        let node = match &*tag {
            "for" => self.for_loop()?,
            "if" => self.if_chain()?,
            "set" => self.set()?,
            "with" => self.with()?,
            "macro" => self.macro_definition()?,
            "call" => self.call_block()?,
            "filter" => {
                self.skip(1);
                let captured = self.expression(ExpressionKind::Captured, self.line())?;
                let filter = self.filter_chain(captured, true)?;
                Node::FilterBlock(filter, self.whole_body(&["endfilter"])?)
            }
            "generation" => {
                self.skip(1);
                Node::Generation(self.whole_body(&["endgeneration"])?)
            }
            "autoescape" => {
                self.skip(1);
                let value = self.condition()?;
                Node::Autoescape(value, self.whole_body(&["endautoescape"])?)
            }
            "block" => self.block()?,
            "include" | "import" | "from" | "extends" => self.load(&tag)?,
            "break" | "continue" => {
                self.skip(1);
                if &*tag == "break" {
                    Node::Break
                } else {
                    Node::Continue
                }
            }
            other => {
                self.open_tags.pop();
                return self.fail_unknown(Some(other));
            }
        };
        self.open_tags.pop();
        Ok(vec![node])
    }

    fn print(&mut self) -> Outcome<Vec<Node>> {
        self.skip(1);
        let mut values = Vec::new();
        while *self.peek() != Kind::BlockEnd {
            if !values.is_empty() {
                self.expect_operator(",")?;
            }
            values.push(Node::Print(self.condition()?));
        }
        Ok(values)
    }

    fn for_loop(&mut self) -> Outcome<Node> {
        self.skip(1);
        let target = self.targets(Some("in"), false)?;
        self.expect_keyword("in")?;
        let rules = TupleRules {
            without_condition: true,
            end_name: Some("recursive"),
            in_parentheses: false,
        };
        let iterable = self.tuple(rules)?;
        let condition = if self.skip_name("if") {
            Some(self.condition()?)
        } else {
            None
        };
        let recursive = self.skip_name("recursive");
        let body = self.body(&["endfor", "else"])?;
        let otherwise = if self.next().is_name("else") {
            self.whole_body(&["endfor"])?
        } else {
            Vec::new()
        };
        Ok(Node::For(Arc::new(For {
            target,
            iterable,
            condition,
            body,
            otherwise,
            recursive,
        })))
    }

    fn if_chain(&mut self) -> Outcome<Node> {
        let rules = TupleRules {
            without_condition: true,
            ..TupleRules::default()
        };
        let mut branches = Vec::new();
        loop {
            self.skip(1);
            let condition = self.tuple(rules)?;
            branches.push((condition, self.body(&["elif", "else", "endif"])?));
            if self.peek().is_name("elif") {
                continue;
            }
            let otherwise = if self.next().is_name("else") {
                self.whole_body(&["endif"])?
            } else {
                Vec::new()
            };
            return Ok(Node::If(branches, otherwise));
        }
    }

    fn set(&mut self) -> Outcome<Node> {
        self.skip(1);
        let target = self.targets(None, true)?;
        if self.skip_operator("=") {
            return Ok(Node::Set(target, self.tuple(TupleRules::default())?));
        }
        let filter = if self.peek().is_operator("|") {
            let captured = self.expression(ExpressionKind::Captured, self.line())?;
            Some(self.filter_chain(captured, false)?)
        } else {
            None
        };
        Ok(Node::SetBlock(target, filter, self.whole_body(&["endset"])?))
    }

    /// `|a|b`, or `a|b` where the first bar is left out.
    fn filter_chain(&mut self, mut value: Expression, first_inline: bool) -> Outcome<Expression> {
        if first_inline {
            value = self.filter(value)?;
        }
        while self.skip_operator("|") {
            value = self.filter(value)?;
        }
        Ok(value)
    }

    fn with(&mut self) -> Outcome<Node> {
        self.skip(1);
        let mut values = Vec::new();
        while *self.peek() != Kind::BlockEnd {
            if !values.is_empty() {
                self.expect_operator(",")?;
            }
            let target = self.targets(None, false)?;
            self.expect_operator("=")?;
            values.push((target, self.condition()?));
        }
        Ok(Node::With(values, self.whole_body(&["endwith"])?))
    }

    fn macro_definition(&mut self) -> Outcome<Node> {
        self.skip(1);
        let name = self.target_name()?;
        let symbol = self.symbol(&name);
        let parameters = self.signature()?;
        let body = self.whole_body(&["endmacro"])?;
        Ok(Node::Macro(
            symbol,
            Arc::new(self.definition(Some(name), parameters, body)?),
        ))
    }

    fn call_block(&mut self) -> Outcome<Node> {
        self.skip(1);
        let parameters = if self.peek().is_operator("(") {
            self.signature()?
        } else {
            Vec::new()
        };
        let call = self.condition()?;
        if !matches!(*call.kind, ExpressionKind::Call(..)) {
            return self.fail("expected call");
        }
        let body = self.whole_body(&["endcall"])?;
        Ok(Node::Call(
            Arc::new(self.definition(None, parameters, body)?),
            call,
        ))
    }

    fn definition(
        &mut self,
        name: Option<Arc<str>>,
        parameters: Vec<Parameter>,
        body: Vec<Statement>,
    ) -> Outcome<MacroDefinition> {
        let special = ["caller", "kwargs", "varargs"].map(|name| self.symbol(&Arc::from(name)));
        let mut uses = special_names(&body, special);
        let own = |name: &str| parameters.iter().find(|parameter| &*parameter.name == name);
        if uses.caller && own("caller").is_some_and(|caller| caller.default.is_none()) {
            return self.fail(
                "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a \
                 default.",
            );
        }
        uses.kwargs &= own("kwargs").is_none();
        uses.varargs &= own("varargs").is_none();
        Ok(MacroDefinition {
            name,
            parameters,
            body,
            uses,
        })
    }

    fn signature(&mut self) -> Outcome<Vec<Parameter>> {
        self.expect_operator("(")?;
        let mut parameters: Vec<Parameter> = Vec::new();
        while !self.peek().is_operator(")") {
            if !parameters.is_empty() {
                self.expect_operator(",")?;
            }
            let name = self.target_name()?;
            if parameters.iter().any(|known| known.name == name) {
                return self.fail(format!("duplicate argument '{name}' in function definition"));
            }
            let default = if self.skip_operator("=") {
                Some(self.condition()?)
            } else {
                None
            };
            if default.is_none() && parameters.last().is_some_and(|last| last.default.is_some()) {
                return self.fail("non-default argument follows default argument");
            }
            parameters.push(Parameter {
                symbol: self.symbol(&name),
                name,
                default,
            });
        }
        self.expect_operator(")")?;
        Ok(parameters)
    }

    fn block(&mut self) -> Outcome<Node> {
        self.skip(1);
        let name = self.expect_name()?;
        self.skip_name("scoped");
        self.skip_name("required");
        if self.blocks.iter().flatten().any(|block| block.name == name) {
            return self.fail(format!("block '{name}' defined twice"));
        }
        let number = self.blocks.len();
        self.blocks.push(None);
        let body = self.whole_body(&["endblock"])?;
        self.skip_name(&name);
        self.blocks[number] = Some(Arc::new(Block { name, body }));
        Ok(Node::Block(number))
    }

    /// Tags that load another template. What they would name is read and left aside.
    fn load(&mut self, tag: &str) -> Outcome<Node> {
        self.skip(1);
        let template = self.condition()?;
        match tag {
            "import" => {
                self.expect_keyword("as")?;
                self.target_name()?;
            }
            "from" => self.expect_keyword("import")?,
            _ => {}
        }
        while !matches!(self.peek(), Kind::BlockEnd | Kind::End) {
            if self.skip_operator(",") {
                continue;
            }
            self.expect_name()?;
        }
        Ok(Node::Load(template))
    }
}
