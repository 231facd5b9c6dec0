import Pipelines

/// A pipeline file in memory with the files that it names.
struct Definition: Sendable {
    var text: String
    var files: [String: String] = [:]
    var modules: [String]? = ["preprocess", "finetune", "distill"]

    init(_ text: String, files: [String: String] = [:]) {
        self.text = text
        self.files = files
    }

    init(_ text: String, params: String) {
        self.init(text, files: ["params.yaml": params])
    }

    func read() throws -> Pipeline {
        let files = files
        return try PipelineReader(knownModules: modules) { files[$0] }.read(text)
    }

    func graph() throws -> Graph { try Graph(read()) }

    /// What is said about the definition; "" if nothing is wrong.
    func complaint() -> String {
        do {
            _ = try graph()
            return ""
        } catch let error as DefinitionError {
            return error.description
        } catch {
            return "another error: \(error)"
        }
    }
}
