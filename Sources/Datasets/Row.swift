/// One example of a data set.
public struct Row: Sendable, Codable, Equatable {
    /// The record of the source file that the text came from, counted from 1 after the header.
    public var id: Int
    /// The text, white space folded.
    public var text: String
    /// The class; nil where the row is unlabelled.
    public var label: String?
    /// What keeps related rows in one split, such as the film that a review is about.
    public var group: String?

    /// Creates a row.
    public init(id: Int, text: String, label: String? = nil, group: String? = nil) {
        self.id = id
        self.text = text
        self.label = label
        self.group = group
    }
}

/// The parts of a prepared data set; raw values name its files.
public enum SplitName: String, Sendable, CaseIterable, Codable {
    case train, valid, test, unlabelled
}
