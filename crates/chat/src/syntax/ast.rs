//! The tree of a template. It holds no values of a rendering, so that threads can share it.

use std::sync::Arc;

use num_bigint::BigInt;

use crate::value::compare::Relation;
use crate::value::number::Operator;

/// Number of a name in [`Template::names`].
pub(crate) type Symbol = u32;

/// A whole template.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) body: Vec<Statement>,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) blocks: Vec<Arc<Block>>,
}

#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) kind: StatementKind,
    pub(crate) line: usize,
}

#[derive(Debug)]
pub(crate) enum StatementKind {
    Text(String),
    Print(Expression),
    For(Arc<For>),
    /// Conditions with their bodies, and what stands after `else`.
    If(Vec<(Expression, Vec<Statement>)>, Vec<Statement>),
    Set(Target, Expression),
    /// `{% set x %}…{% endset %}`, with the filters that the text passes.
    SetBlock(Target, Option<Expression>, Vec<Statement>),
    With(Vec<(Target, Expression)>, Vec<Statement>),
    FilterBlock(Expression, Vec<Statement>),
    Autoescape(Expression, Vec<Statement>),
    Macro(Symbol, Arc<MacroDefinition>),
    /// `{% call %}`: the text as a macro, and the call that gets it.
    Call(Arc<MacroDefinition>, Expression),
    Generation(Vec<Statement>),
    /// Number of the block in [`Template::blocks`].
    Block(usize),
    /// `include`, `import` and `extends`: there is nothing they could load.
    Load(Expression),
    Break,
    Continue,
}

#[derive(Debug)]
pub(crate) struct For {
    pub(crate) target: Target,
    pub(crate) iterable: Expression,
    pub(crate) condition: Option<Expression>,
    pub(crate) body: Vec<Statement>,
    pub(crate) otherwise: Vec<Statement>,
    pub(crate) recursive: bool,
}

#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) name: Arc<str>,
    pub(crate) body: Vec<Statement>,
}

/// A macro, or the text of a call block.
#[derive(Debug)]
pub(crate) struct MacroDefinition {
    /// None for call blocks.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Vec<Statement>,
    /// What the body asks for besides its parameters.
    pub(crate) uses: Uses,
}

/// The special names that a macro's body mentions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Uses {
    pub(crate) caller: bool,
    pub(crate) kwargs: bool,
    pub(crate) varargs: bool,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) symbol: Symbol,
    pub(crate) name: Arc<str>,
    pub(crate) default: Option<Expression>,
}

/// What can be assigned to.
#[derive(Debug)]
pub(crate) enum Target {
    Name(Symbol),
    /// An attribute of a namespace.
    Attribute(Symbol, Arc<str>),
    Tuple(Vec<Target>),
}

#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) kind: Box<ExpressionKind>,
    pub(crate) line: usize,
    /// Levels of expressions below, this one counted.
    pub(crate) depth: usize,
}

#[derive(Debug)]
pub(crate) enum Constant {
    None,
    Bool(bool),
    Int(i64),
    Big(BigInt),
    Float(f64),
    Text(Arc<str>),
}

#[derive(Debug)]
pub(crate) enum ExpressionKind {
    Constant(Constant),
    Name(Symbol),
    /// The text that a `set` or `filter` block has caught.
    Captured,
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    Dict(Vec<(Expression, Expression)>),
    Attribute(Expression, Arc<str>),
    Item(Expression, Expression),
    Slice(Expression, [Option<Expression>; 3]),
    Call(Expression, CallArguments),
    Filter(Expression, Arc<str>, CallArguments),
    Test(Expression, Arc<str>, CallArguments),
    Not(Expression),
    Signed(bool, Expression),
    Binary(Operator, Expression, Expression),
    Concat(Vec<Expression>),
    Compare(Expression, Vec<(Comparison, Expression)>),
    And(Expression, Expression),
    Or(Expression, Expression),
    /// Condition, value, and value otherwise.
    If(Expression, Expression, Option<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Order(Relation),
    In,
    NotIn,
}

/// The arguments of a call, a filter or a test.
#[derive(Debug, Default)]
pub(crate) struct CallArguments {
    pub(crate) positional: Vec<Expression>,
    pub(crate) keyword: Vec<(Arc<str>, Expression)>,
    pub(crate) more_positional: Option<Expression>,
    pub(crate) more_keyword: Option<Expression>,
}

impl CallArguments {
    fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.positional
            .iter()
            .chain(self.keyword.iter().map(|(_, value)| value))
            .chain(&self.more_positional)
            .chain(&self.more_keyword)
    }
}

impl ExpressionKind {
    /// The expressions that this one is made of.
    pub(crate) fn children(&self) -> Vec<&Expression> {
        match self {
            Self::Constant(_) | Self::Name(_) | Self::Captured => Vec::new(),
            Self::List(items) | Self::Tuple(items) | Self::Concat(items) => items.iter().collect(),
            Self::Dict(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Self::Attribute(of, _) | Self::Not(of) | Self::Signed(_, of) => vec![of],
            Self::Item(a, b) | Self::Binary(_, a, b) | Self::And(a, b) | Self::Or(a, b) => vec![a, b],
            Self::Slice(of, bounds) => std::iter::once(of).chain(bounds.iter().flatten()).collect(),
            Self::Call(of, arguments) | Self::Filter(of, _, arguments) | Self::Test(of, _, arguments) => {
                std::iter::once(of).chain(arguments.expressions()).collect()
            }
            Self::Compare(first, rest) => std::iter::once(first)
                .chain(rest.iter().map(|(_, operand)| operand))
                .collect(),
            Self::If(condition, value, otherwise) => {
                [condition, value].into_iter().chain(otherwise.as_ref()).collect()
            }
        }
    }
}
