/// The stage's own parameters, below `package`.
struct PackageParameters: Decodable, Sendable, Equatable {
    /// The model card's title.
    var name: String
    /// ISO 639 code of the texts' language.
    var language: String
    /// Licence of the packaged weights, by Hugging Face's identifier.
    var license: String

    /// Throws where a value would leave a hole in the model card.
    func validate() throws {
        for (key, value) in [("name", name), ("language", language), ("license", license)]
        where value.allSatisfy(\.isWhitespace) || value.contains(where: \.isNewline) {
            throw PackageError.emptyParameter(key: "package.\(key)", found: value)
        }
    }
}
