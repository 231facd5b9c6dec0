import ParamValues

extension Console.Output {
    /// Prints one JSON object, keys sorted.
    func json(_ fields: [String: ParamValue]) { line(ParamValue.object(fields).canonicalText) }
}

extension ParamValue {
    /// A list of texts.
    static func texts(_ texts: some Sequence<String>) -> ParamValue {
        .list(texts.map(ParamValue.string))
    }
}
