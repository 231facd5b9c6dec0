/// Finds the pipeline files and the ignore files of a project.
struct Discovery {
    static let mostPipelineFiles = 1_000
    static let mostFolders = 1_000_000

    /// The pipeline files' name in every folder.
    let fileName: String
    let ignoreFile: String
    /// The folder that makes a folder a project of its own.
    let mark: String
    let text: @Sendable (String) throws -> String?
    let list: @Sendable (String) throws -> [ProjectReader.Entry]

    /// Pipeline files: the root's first, the others by path.
    private(set) var files: [String] = []
    /// Files that stand for data, by path.
    private(set) var dataFiles: [String] = []
    private(set) var rules = IgnoreRules()

    init(
        fileName: String, ignoreFile: String, mark: String = ".nlpipe",
        text: @escaping @Sendable (String) throws -> String?,
        list: @escaping @Sendable (String) throws -> [ProjectReader.Entry]
    ) {
        self.fileName = fileName
        self.ignoreFile = ignoreFile
        self.mark = mark
        self.text = text
        self.list = list
    }

    /// Walks every folder that no rule leaves out and that is no project of its own.
    mutating func walk(findings: inout Findings) {
        var waiting: [[Substring]] = [[]]
        var seen = 0
        while let folder = waiting.popLast() {
            seen += 1
            guard seen <= Discovery.mostFolders, files.count <= Discovery.mostPipelineFiles else {
                let found = seen > Discovery.mostFolders ? "folders" : "files '\(fileName)'"
                findings.add(
                    file: folder.joined(separator: "/"), "the project has too many \(found)",
                    facts: [
                        .init(
                            "expected",
                            "at most \(Discovery.mostPipelineFiles) files, \(Discovery.mostFolders) folders"
                        )
                    ], hint: "leave folders of data out with '\(ignoreFile)'")
                return
            }
            let path = folder.joined(separator: "/")
            do {
                let entries = try list(path)
                waiting += try inner(entries, of: folder, path: path, findings: &findings)
            } catch {
                findings.add(
                    file: path.isEmpty ? "." : path, "cannot be listed",
                    facts: [.init("reason", "\(error)")])
            }
        }
    }

    /// Takes what `entries` has of pipelines and rules; the folders to walk next, the last first.
    private mutating func inner(
        _ entries: [ProjectReader.Entry], of folder: [Substring], path: String,
        findings: inout Findings
    ) throws -> [[Substring]] {
        let found = Findable(entries, in: self)
        if !folder.isEmpty, found.hasMark { return [] }
        if found.hasIgnoreFile,
            let text = try text(path + (path.isEmpty ? "" : "/") + ignoreFile)
        {
            rules.add(text, folder: path)
        }
        // GitHub's workflows are YAML too, and one of them may well have the name.
        let isWorkflow = folder.suffix(2) == [".github", "workflows"]
        if found.hasPipeline, !isWorkflow, !isIgnored(fileName, in: folder, isFolder: false) {
            self.files.append(path.isEmpty ? fileName : "\(path)/\(fileName)")
        }
        let names = found.dataFiles.filter { !isIgnored($0, in: folder, isFolder: false) }
        dataFiles += names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { path.isEmpty ? $0 : "\(path)/\($0)" }
        return found.folders.filter { !isIgnored($0, in: folder, isFolder: true) }
            .sorted { $1.utf8.lexicographicallyPrecedes($0.utf8) }
            .map { folder + [$0[...]] }
    }

    /// What of a folder is of interest; most folders are of data, and of most of their files nothing is.
    private struct Findable {
        var hasMark = false
        var hasIgnoreFile = false
        var hasPipeline = false
        var dataFiles: [String] = []
        var folders: [String] = []

        init(_ entries: [ProjectReader.Entry], in discovery: Discovery) {
            let end = DataFile.suffix.utf8.last
            for entry in entries {
                let name = entry.name
                if entry.isFolder {
                    hasMark = hasMark || name == discovery.mark
                    folders.append(name)
                    continue
                }
                hasIgnoreFile = hasIgnoreFile || name == discovery.ignoreFile
                hasPipeline = hasPipeline || name == discovery.fileName
                if name.utf8.last == end, name.hasSuffix(DataFile.suffix), name != DataFile.suffix {
                    dataFiles.append(name)
                }
            }
        }
    }

    private func isIgnored(_ name: String, in folder: [Substring], isFolder: Bool) -> Bool {
        rules.isIgnoredItself((folder + [name[...]])[...], isFolder: isFolder)
    }
}
