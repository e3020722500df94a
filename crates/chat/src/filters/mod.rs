//! Filters: what may follow `|`.

mod numbers;
pub(crate) mod order;
mod select;
mod sequences;
mod texts;
mod values;

use crate::failure::Outcome;
use crate::run::Renderer;
use crate::value::Value;
use crate::value::object::Arguments;

/// A filter: the renderer, the value, and what else is given.
pub(crate) type Filter = fn(&mut Renderer, &Value, Arguments) -> Outcome<Value>;

/// The filter of a name.
pub(crate) fn find(name: &str) -> Option<Filter> {
    let found: Filter = match name {
        "abs" => numbers::abs,
        "attr" => values::attr,
        "batch" => sequences::batch,
        "capitalize" => texts::capitalize,
        "center" => texts::center,
        "count" | "length" => sequences::length,
        "d" | "default" => values::default,
        "dictsort" => order::dictsort,
        "e" | "escape" => texts::escape,
        "filesizeformat" => numbers::filesizeformat,
        "first" => sequences::first,
        "float" => numbers::float,
        "forceescape" => texts::forceescape,
        "format" => texts::format,
        "groupby" => order::groupby,
        "indent" => texts::indent,
        "int" => numbers::int,
        "items" => sequences::items,
        "join" => sequences::join,
        "last" => sequences::last,
        "list" => sequences::list,
        "lower" => texts::lower,
        "map" => select::map,
        "max" => order::max,
        "min" => order::min,
        "reject" => select::reject,
        "rejectattr" => select::rejectattr,
        "replace" => texts::replace,
        "reverse" => sequences::reverse,
        "round" => numbers::round,
        "safe" => texts::safe,
        "select" => select::select,
        "selectattr" => select::selectattr,
        "slice" => sequences::slice,
        "sort" => order::sort,
        "string" => texts::string,
        "sum" => sequences::sum,
        "title" => texts::title,
        "tojson" => values::tojson,
        "trim" => texts::trim,
        "truncate" => texts::truncate,
        "unique" => sequences::unique,
        "upper" => texts::upper,
        "urlencode" => values::urlencode,
        "wordcount" => texts::wordcount,
        "xmlattr" => values::xmlattr,
        _ => return None,
    };
    Some(found)
}
