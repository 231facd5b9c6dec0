public import ParamValues

/// What is said about an out or an artifact for people and registries; no input of anything.
public struct Annotations: Sendable, Equatable {
    /// The text of `desc`.
    public var description: String?
    /// The kind of result, such as `model`.
    public var type: String?
    /// Free labels.
    public var labels: [String]
    /// The data under `meta`; null where there is none.
    public var meta: ParamValue

    /// Creates annotations.
    public init(
        description: String? = nil, type: String? = nil, labels: [String] = [],
        meta: ParamValue = .null
    ) {
        self.description = description
        self.type = type
        self.labels = labels
        self.meta = meta
    }

    static let keys = ["type", "labels", "desc", "meta"]

    /// Those among the `fields` of `place`; other keys are someone else's.
    static func read(
        _ fields: [Located.Entry], of place: String, findings: inout Findings
    ) -> Annotations {
        var found = Annotations()
        for field in fields where !field.value.isNull {
            let what = "\(quoted(field.key)) of \(place)"
            switch field.key {
            case "desc", "type":
                if field.value.string == nil {
                    findings.addWrongType(what, expected: "a text", found: field.value)
                } else if field.key == "desc" {
                    found.description = field.value.string
                } else {
                    found.type = field.value.string
                }
            case "labels":
                let labels = field.value.list?.map(\.string) ?? [nil]
                found.labels = labels.compactMap(\.self)
                if found.labels.count < labels.count {
                    findings.addWrongType(what, expected: "a list of texts", found: field.value)
                }
            case "meta": found.meta = field.value.value
            default: break
            }
        }
        return found
    }
}
