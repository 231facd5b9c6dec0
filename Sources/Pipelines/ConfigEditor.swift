/// Changes what a project's configuration says of remotes, in the form that the project's files have.
public struct ConfigEditor: Sendable {
    private let dialect: Dialect

    /// Creates an editor of files of this form.
    public init(_ dialect: Dialect) { self.dialect = dialect }

    /// The text with a remote added or given another place; a `url` that is no absolute path is
    /// relative to the project's root.
    public func adding(
        remote name: String, url: String, to text: String, file: String
    ) throws -> String {
        guard dialect == .dvc else {
            return try ConfigEdit.adding(remote: name, url: url, to: text, file: file)
        }
        try ConfigEdit.check(remote: name, url: url)
        return try DVCConfigEdit.set(
            "url", of: section(name), to: DVCConfig.outOfProject(url), in: text, file: file)
    }

    /// The text with an option of a remote set, or taken out.
    public func setting(
        _ option: String, of remote: String, to value: String?, in text: String, file: String
    ) throws -> String {
        guard dialect == .dvc else {
            return try ConfigEdit.setting(option, of: remote, to: value, in: text, file: file)
        }
        return try DVCConfigEdit.set(
            option, of: section(remote), to: value, in: text, file: file)
    }

    /// The text without a remote.
    public func removing(remote name: String, from text: String, file: String) throws -> String {
        guard dialect == .dvc else {
            return try ConfigEdit.removing(remote: name, from: text, file: file)
        }
        return try DVCConfigEdit.remove(section(name), from: text, file: file)
    }

    /// The text with another default remote, or with none.
    public func choosing(remote name: String?, in text: String, file: String) throws -> String {
        guard dialect == .dvc else {
            return try ConfigEdit.choosing(remote: name, in: text, file: file)
        }
        return try DVCConfigEdit.set("remote", of: "core", to: name, in: text, file: file)
    }

    private func section(_ remote: String) -> String { "remote \"\(remote)\"" }
}
