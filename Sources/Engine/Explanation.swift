public import Pipelines

/// One difference between what a stage was made from and what is there now, with its place.
public struct Explanation: Sendable, Equatable {
    /// The part of the fingerprint, such as `param 'distill.lr'`.
    public var subject: String
    /// What was recorded; nil where nothing was, or where there is no value to show.
    public var old: String?
    /// What is there now; nil where nothing is.
    public var new: String?
    /// Where it is written; nil for what is written nowhere.
    public var place: SourceLocation?
    /// More about it, such as which files of a folder differ.
    public var note: String?

    init(
        _ subject: String, old: String? = nil, new: String? = nil, place: SourceLocation? = nil,
        note: String? = nil
    ) {
        self.subject = subject
        self.old = old
        self.new = new
        self.place = place
        self.note = note
    }
}

extension Explanation: CustomStringConvertible {
    /// On one line, such as `params.yaml:3:3: param 'train.lr': 0.1 → 0.2`.
    public var description: String {
        var text = place.map { "\($0): " } ?? ""
        text += subject
        if old != nil || new != nil {
            text += ": \(Explanation.cut(old)) → \(Explanation.cut(new))"
        }
        return text + (note.map { " (\($0))" } ?? "")
    }

    private static func cut(_ value: String?) -> String {
        guard let value else { return "nothing" }
        return value.count > 200 ? "\(value.prefix(200))…" : value
    }
}
