public import OrderedCollections

/// A value of a parameters file: what YAML and JSON can say, with keys in file order.
public enum ParamValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case list([ParamValue])
    case map(OrderedDictionary<String, ParamValue>)
}
