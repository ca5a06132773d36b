/// The policies that Gatehouse comes with, as files that one can keep and change.
package enum DefaultPolicies {
    package static let files = [
        PolicyFile(name: "default.cedar", text: Self.policies),
        PolicyFile(name: "default.properties.cedar", text: Self.properties),
        PolicyFile(name: "default.tests.json", text: Self.tests),
    ]

    /// What may be done.
    private static let policies = """
        // The policies that Gatehouse comes with: what a newcomer would keep. What no policy permits is refused.
        //
        // One rule needs no policy: whoever acts on behalf of somebody may do only what both may. An agent that acts for a user
        // is asked about as itself and as its user, and each refusal counts.

        // ── What is permitted ───────────────────────────────────────────────────────────────────────────────────────────────

        @id("approved-models")
        @message("this model is not approved")
        permit (principal, action in [Gatehouse::Action::"infer", Gatehouse::Action::"release"], resource)
        when { resource.approved };

        @id("administrators-administer")
        permit (principal in Gatehouse::Role::"administrator", action in Gatehouse::Action::"administer", resource);

        // ── What is not, whoever asks ───────────────────────────────────────────────────────────────────────────────────────

        // Whoever sees a key or a token can use it: neither a model nor whoever reads an answer needs one.
        @id("secrets-stay")
        @remedy("redact")
        @kinds("secret")
        @control("owasp-llm:LLM02")
        forbid (principal, action in [Gatehouse::Action::"infer", Gatehouse::Action::"release"], resource)
        when { context.findings has secret };

        // No model needs a card number: the request is refused, and whoever sent it is told why.
        @id("card-numbers-stay")
        @message("card numbers may not be sent to a model")
        @control("pci-dss:3.4")
        forbid (principal, action == Gatehouse::Action::"infer", resource)
        when { context.findings has pii.card };

        // An answer is already under way: it goes on without the number.
        @id("no-card-numbers-back")
        @remedy("redact")
        @kinds("pii.card")
        @control("pci-dss:3.4")
        forbid (principal, action == Gatehouse::Action::"release", resource)
        when { context.findings has pii.card };

        // A mail address says who somebody is; an answer rarely depends on it.
        @id("mail-addresses-stay")
        @remedy("redact")
        @kinds("pii.email")
        @control("gdpr:5(1)(c)")
        forbid (principal, action in [Gatehouse::Action::"infer", Gatehouse::Action::"release"], resource)
        when { context.findings has pii.email };

        // Requests are often about a telephone number, and other numbers look like one: only answers are cleaned.
        @id("no-phone-numbers-back")
        @remedy("redact")
        @kinds("pii.phone")
        @control("gdpr:5(1)(c)")
        forbid (principal, action == Gatehouse::Action::"release", resource)
        when { context.findings has pii.phone };

        // Restricted content stays within the organisation: the model named `local` answers instead.
        @id("restricted-stays-local")
        @remedy("reroute")
        @target("local")
        @message("restricted content may only go to a model within the organisation")
        @control("iso-27001:A.8.12")
        forbid (principal, action == Gatehouse::Action::"infer", resource)
        when { context.labels.confidentiality >= 3 }
        unless { resource.boundary == Gatehouse::Boundary::"local" };

        // Content that tries to take over the model goes no further.
        @id("injections-stay-out")
        @message("the request tries to change what the model was told to do")
        @control("owasp-llm:LLM01")
        forbid (principal, action == Gatehouse::Action::"infer", resource)
        when { context.findings has injection && context.findings.injection.score >= 80 };

        // Nobody writes what nobody can see, unless to hide it: tags and rows of selectors spell text that only models read.
        @id("hidden-text-stays-out")
        @message("the request holds text that people cannot see")
        @control("owasp-llm:LLM01")
        forbid (principal, action == Gatehouse::Action::"infer", resource)
        when { context.findings has unicode && context.findings.unicode.score >= 90 };

        // A mark that only the model was given is in its answer: so is what stands around the mark.
        @id("canaries-stay")
        @message("the answer holds what the model was told to keep")
        @control("owasp-llm:LLM07")
        forbid (principal, action == Gatehouse::Action::"release", resource)
        when { context.findings has canary };

        """

    /// What must hold whatever changes.
    private static let properties = """
        // What must hold whatever the policies say. A `forbid` here claims that no request like this is ever permitted.

        @id("restricted-never-leaves")
        @message("no request with restricted content is permitted on a model outside the organisation")
        forbid (principal, action == Gatehouse::Action::"infer", resource)
        when { context.labels.confidentiality >= 3 && resource.boundary == Gatehouse::Boundary::"external" };

        @id("cards-never-reach-a-model")
        @message("no request with a card number in it is permitted")
        forbid (principal, action == Gatehouse::Action::"infer", resource)
        when { context.findings has pii.card };

        """

    /// Requests and what is to be decided of them.
    private static let tests = """
        {
          "principals": {
            "service": { "type": "service", "id": "key_shop" },
            "alice": { "type": "user", "id": "alice" },
            "root": { "type": "user", "id": "root", "roles": ["administrator"] },
            "planner": { "type": "agent", "id": "planner" },
            "keeper": { "type": "agent", "id": "keeper", "roles": ["administrator"] }
          },
          "resources": {
            "gpt": { "type": "model", "id": "gpt", "provider": "openai", "boundary": "external" },
            "owl": { "type": "model", "id": "owl", "provider": "ours", "boundary": "local" },
            "untried": { "type": "model", "id": "untried", "provider": "openai", "boundary": "external", "approved": false },
            "keys": { "type": "administration", "id": "keys" }
          },
          "tests": [
            { "name": "an approved model is for everyone",
              "principal": "service", "action": "infer", "resource": "gpt",
              "expect": { "effect": "permit", "policies": ["approved-models"] } },
            { "name": "so is its answer",
              "principal": "alice", "action": "release", "resource": "gpt",
              "expect": { "effect": "permit", "policies": ["approved-models"] } },
            { "name": "a model that nobody has approved is for nobody",
              "principal": "root", "action": "infer", "resource": "untried",
              "expect": { "effect": "forbid", "remedy": "none", "policies": [], "message": "this model is not approved" } },
            { "name": "a secret is taken out of what is sent",
              "principal": "service", "action": "infer", "resource": "gpt", "findings": { "secret.github_token": 1 },
              "expect": { "effect": "forbid", "remedy": "redact", "policies": ["secrets-stay"] } },
            { "name": "also where the model is ours: its logs are not a vault",
              "principal": "service", "action": "infer", "resource": "owl", "findings": { "secret.github_token": 1 },
              "expect": { "effect": "forbid", "remedy": "redact", "policies": ["secrets-stay"] } },
            { "name": "a secret is taken out of an answer",
              "principal": "service", "action": "release", "resource": "gpt", "findings": { "secret.aws_access_key": 2 },
              "expect": { "effect": "forbid", "remedy": "redact", "policies": ["secrets-stay"] } },
            { "name": "a card number stops a request",
              "principal": "service", "action": "infer", "resource": "gpt", "findings": { "pii.card": 1 },
              "expect": { "effect": "forbid", "remedy": "none", "policies": ["card-numbers-stay"],
                          "message": "card numbers may not be sent to a model" } },
            { "name": "with a secret beside it nothing is remedied",
              "principal": "service", "action": "infer", "resource": "gpt",
              "findings": { "pii.card": 1, "secret.github_token": 1 },
              "expect": { "effect": "forbid", "remedy": "none", "policies": ["card-numbers-stay", "secrets-stay"] } },
            { "name": "an answer goes on without a card number",
              "principal": "service", "action": "release", "resource": "gpt", "findings": { "pii.card": 1 },
              "expect": { "effect": "forbid", "remedy": "redact", "policies": ["no-card-numbers-back"] } },
            { "name": "a mail address is taken out",
              "principal": "service", "action": "infer", "resource": "gpt", "findings": { "pii.email": 3 },
              "expect": { "effect": "forbid", "remedy": "redact", "policies": ["mail-addresses-stay"] } },
            { "name": "a telephone number may be sent",
              "principal": "service", "action": "infer", "resource": "gpt", "findings": { "pii.phone": 1 },
              "expect": { "effect": "permit" } },
            { "name": "and does not come back",
              "principal": "service", "action": "release", "resource": "gpt", "findings": { "pii.phone": 1 },
              "expect": { "effect": "forbid", "remedy": "redact", "policies": ["no-phone-numbers-back"] } },
            { "name": "restricted content goes to the model within",
              "principal": "alice", "action": "infer", "resource": "gpt", "labels": { "confidentiality": "restricted" },
              "expect": { "effect": "forbid", "remedy": "reroute", "policies": ["restricted-stays-local"] } },
            { "name": "where it may be",
              "principal": "alice", "action": "infer", "resource": "owl", "labels": { "confidentiality": "restricted" },
              "expect": { "effect": "permit" } },
            { "name": "confidential content may leave",
              "principal": "alice", "action": "infer", "resource": "gpt", "labels": { "confidentiality": "confidential" },
              "expect": { "effect": "permit" } },
            { "name": "a likely injection is stopped",
              "principal": "service", "action": "infer", "resource": "gpt",
              "findings": { "injection.override": { "count": 1, "score": 80 } },
              "expect": { "effect": "forbid", "remedy": "none", "policies": ["injections-stay-out"] } },
            { "name": "a doubtful one is not",
              "principal": "service", "action": "infer", "resource": "gpt",
              "findings": { "injection.override": { "count": 1, "score": 79 } },
              "expect": { "effect": "permit" } },
            { "name": "text that nobody can see is stopped",
              "principal": "service", "action": "infer", "resource": "gpt",
              "findings": { "unicode.tag": { "count": 1, "score": 97 } },
              "expect": { "effect": "forbid", "remedy": "none", "policies": ["hidden-text-stays-out"] } },
            { "name": "an answer with a mark in it is kept",
              "principal": "service", "action": "release", "resource": "gpt", "findings": { "canary.leak": 1 },
              "expect": { "effect": "forbid", "remedy": "none", "policies": ["canaries-stay"] } },
            { "name": "an agent may do what its user may",
              "principal": "planner", "on_behalf_of": ["alice"], "action": "infer", "resource": "gpt",
              "expect": { "effect": "permit" } },
            { "name": "an agent may not do what its user may not, even where it may itself",
              "principal": "keeper", "on_behalf_of": ["alice"], "action": "createKey", "resource": "keys",
              "expect": { "effect": "forbid", "remedy": "none", "policies": [] } },
            { "name": "nor what only its user may",
              "principal": "planner", "on_behalf_of": ["root"], "action": "createKey", "resource": "keys",
              "expect": { "effect": "forbid", "remedy": "none", "policies": [] } },
            { "name": "administrators administer",
              "principal": "root", "action": "createKey", "resource": "keys",
              "expect": { "effect": "permit", "policies": ["administrators-administer"] } },
            { "name": "others do not",
              "principal": "alice", "action": "activatePolicies", "resource": "keys",
              "expect": { "effect": "forbid", "policies": [] } }
          ]
        }

        """
}
