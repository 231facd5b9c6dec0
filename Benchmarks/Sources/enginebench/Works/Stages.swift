/// Projects of many small stages.
enum Stages {
    /// `count` stages in a row, each with a command that reads the file of the one before.
    static func linear(_ count: Int) -> Generated {
        let stages = (1...count).map { index in
            """
              s\(index):
                cmd: \(command(index))
                deps: [f\(index - 1).txt]
                outs: [f\(index).txt]
            """
        }
        return Generated(
            pipeline: "stages:\n" + stages.joined(separator: "\n") + "\n",
            data: "echo 0 > f0.txt")
    }

    private static func command(_ index: Int) -> String {
        "tail -n 1 f\(index - 1).txt > f\(index).txt && echo \(index) >> f\(index).txt"
    }

    /// Thousands of stages in a row, in few words: definitions have a greatest size.
    static func dense(_ count: Int) -> Generated {
        let stages = (1...count).map {
            "  s\($0): {cmd: cp f\($0 - 1) f\($0), deps: [f\($0 - 1)], outs: [f\($0)]}"
        }
        return Generated(
            pipeline: "stages:\n" + stages.joined(separator: "\n") + "\n",
            data: "for i in $(seq 0 \(count)); do echo x > f$i; done")
    }

    /// The same commands by a shell alone, each in a shell of its own as tools start them.
    static func bareLoop(_ count: Int) -> String {
        (1...count).map { "sh -c '\(command($0))'" }.joined(separator: "\n")
    }

    /// What takes the outs of `linear` away.
    static let putOutsAside = Tool.putAside("f[1-9]*.txt")

    /// A loop over `count` names, with parameters of its own.
    static func loop(_ count: Int) -> Generated {
        Generated(
            pipeline: """
                stages:
                  each:
                    foreach: ${names}
                    do:
                      cmd: cp in.txt out/${item}.txt
                      deps: [in.txt]
                      outs: ["out/${item}.txt"]

                """,
            data: """
                mkdir -p out
                echo in > in.txt
                { echo names:; seq 1 \(count) | sed 's/.*/  - n&/'; } > params.yaml
                """)
    }

    /// Stages that need nothing and take a second.
    static func sleepers(_ count: Int) -> Generated {
        let stages = (1...count).map { index in
            """
              s\(index):
                cmd: sleep 1 && echo \(index) > f\(index).txt
                outs: [f\(index).txt]
            """
        }
        return Generated(pipeline: "stages:\n" + stages.joined(separator: "\n") + "\n")
    }

    /// Files of metrics, committed twice with other values.
    static func metrics(files: Int, values: Int) -> Generated {
        let stages = (1...files).map { index in
            """
              s\(index):
                cmd: cp in\(index).json m\(index).json
                deps: [in\(index).json]
                metrics:
                  - m\(index).json: {cache: false}
            """
        }
        return Generated(
            pipeline: "stages:\n" + stages.joined(separator: "\n") + "\n",
            data: write(files, values, factor: 1))
    }

    /// Shell lines that write the inputs of `metrics`.
    static func write(_ files: Int, _ values: Int, factor: Int) -> String {
        """
        for f in $(seq 1 \(files)); do
            { printf '{'; for v in $(seq 1 \(values)); do
                [ $v = 1 ] || printf ', '
                printf '"value%d": 0.%d' $v $((\(factor) * 1000 + f * 100 + v)); done
              echo '}'; } > in$f.json
        done
        """
    }
}
