import Foundation
import TestSupport

/// A small project in git: sorts a file, and counts its lines into a metrics file.
struct ToyProject {
    let folder: TemporaryFolder
    var path: String { folder.path }

    static let pipeline = """
        stages:
          prepare:
            cmd: sort raw.txt > sorted.txt && echo prepared >> log.txt
            deps: [raw.txt]
            outs: [sorted.txt]
          count:
            cmd: sh count.sh && echo counted >> log.txt
            deps: [sorted.txt, count.sh]
            params: [scale]
            metrics:
              - metrics.json: {cache: false}

        """

    init(pipeline: String = ToyProject.pipeline) throws {
        folder = try TemporaryFolder()
        try folder.write(pipeline, to: "pipeline.yml")
        try folder.write("b\na\n", to: "raw.txt")
        try folder.write("scale: 2\nother: x\n", to: "params.yaml")
        try folder.write(
            """
            scale=$(sed -n 's/^scale: //p' params.yaml)
            echo "{\\"lines\\": $(wc -l < sorted.txt), \\"scale\\": $scale}" > metrics.json
            """, to: "count.sh")
        try folder.write("sorted.txt\nlog.txt\n", to: ".gitignore")
        try Program.git("init", "-q", in: path)
        let made = try nlpipe("init")
        guard made.status == 0 else { throw ProgramError.failed(["init"], made.error) }
    }

    func nlpipe(_ arguments: String..., input: String = "") throws -> Program.Result {
        try Program.nlpipe(arguments, in: path, input: input)
    }

    func commit() throws {
        try Program.git("add", "-A", in: path)
        try Program.git("commit", "-q", "-m", "change", in: path)
    }

    /// What the stages' commands have written about themselves, and forgets it.
    func executed() throws -> [String] {
        let text = (try? String(contentsOfFile: folder.file("log.txt"), encoding: .utf8)) ?? ""
        try folder.write("", to: "log.txt")
        return text.split(separator: "\n").map(String.init)
    }
}
