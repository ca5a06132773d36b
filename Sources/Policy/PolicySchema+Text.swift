extension PolicySchema {
    /// The text of the schema, in Cedar's schema language.
    package static let text = """
        // What Gatehouse's policies may say: who may do what with which thing, and what is known when it is decided.
        //
        // Ranks are numbers, so that policies can compare them.
        //   confidentiality, clearance  0 public, 1 internal, 2 confidential, 3 restricted
        //   riskTier                    0 minimal, 1 limited, 2 high, 3 prohibited
        //   score                       0 a guess … 100 certain
        //   money                       millionths of a dollar
        namespace Gatehouse {
            // ── Who asks ────────────────────────────────────────────────────────────────────────────────────────────────────

            entity Tenant;
            // From the identity provider; nested groups are already resolved.
            entity Group;
            // Who pays: what budgets belong to.
            entity Team;
            // What somebody may do to Gatehouse itself, such as Role::"administrator".
            entity Role;

            // A person, a program that acts for itself, a program that plans its own steps, and a key that stands for nobody else.
            entity User, Service, Agent, Key in [Group, Team, Role, Tenant] {
                tenant?: Tenant,
                clearance?: Long,
                owner?: User,
            };

            // ── With what ───────────────────────────────────────────────────────────────────────────────────────────────────

            // Whether what is sent there stays within the organisation.
            entity Boundary enum ["local", "external"];

            entity ModelGroup;
            entity Model in [ModelGroup] {
                provider: String,
                boundary: Boundary,
                region?: String,
                approved: Bool,
                // The most confidential content that it may be given.
                maximumConfidentiality: Long,
            };

            // A Model Context Protocol server, of which its tools are members.
            entity ToolServer;
            entity Tool in [ToolServer] {
                boundary: Boundary,
                // Whether what it does can be undone.
                irreversible: Bool,
                approved: Bool,
                maximumConfidentiality: Long,
            };

            entity Collection {
                tenant?: Tenant,
                confidentiality: Long,
            };
            entity Document in [Collection] {
                tenant?: Tenant,
                confidentiality: Long,
                readers: Set<Group>,
            };
            entity Dataset {
                tenant?: Tenant,
                confidentiality: Long,
                approved: Bool,
            };

            entity UseCase {
                tenant?: Tenant,
                riskTier: Long,
                approved: Bool,
            };

            // A part of Gatehouse itself: Administration::"keys", "policies", "events", "budgets", "models", "settings", "agents".
            entity Administration;

            // ── What is known when it is decided ────────────────────────────────────────────────────────────────────────────

            // How often something was found, and how sure the surest detector is.
            type Found = { count: Long, score: Long };

            // What detectors found, by family and kind. Ask `context.findings has secret`, `context.findings has pii.card`.
            type Findings = {
                // Every kind that was found, as events name them: "secret.github_token". Kinds of your own are only here.
                kinds: Set<String>,
                secret?: {
                    count: Long, score: Long,
                    aws_access_key?: Found, aws_secret_key?: Found, github_token?: Found, gitlab_token?: Found,
                    slack_token?: Found, slack_webhook?: Found, openai_key?: Found, anthropic_key?: Found, google_key?: Found,
                    stripe_key?: Found, sendgrid_key?: Found, twilio_key?: Found, npm_token?: Found, pypi_token?: Found,
                    huggingface_token?: Found, digitalocean_token?: Found, azure_key?: Found, gatehouse_key?: Found,
                    provider_token?: Found, jwt?: Found, private_key?: Found, connection_password?: Found,
                    bearer_token?: Found, basic_credentials?: Found, generic_assignment?: Found,
                },
                pii?: {
                    count: Long, score: Long,
                    email?: Found, card?: Found, phone?: Found, iban?: Found, ssn?: Found, national_id?: Found,
                    passport?: Found, driver_licence?: Found, tax_id?: Found, bank_account?: Found, ip_address?: Found,
                    mac_address?: Found, url?: Found, coordinates?: Found, date_of_birth?: Found, date?: Found,
                    vehicle_id?: Found, person?: Found, organisation?: Found, place?: Found,
                    address?: Found,
                },
                // What says something about health, and what identifies a patient.
                phi?: {
                    count: Long, score: Long,
                    record_number?: Found, plan_number?: Found, device_id?: Found, biometric_id?: Found, photo?: Found,
                },
                // An attempt to make the model disobey.
                injection?: {
                    count: Long, score: Long,
                    override?: Found, persona?: Found, indirect?: Found, phrase?: Found, hidden_text?: Found,
                },
                // Characters that hide or turn around what is written.
                unicode?: {
                    count: Long, score: Long,
                    tag?: Found, bidi?: Found, variation_selectors?: Found,
                },
                // A mark of ours that should never be seen outside.
                canary?: {
                    count: Long, score: Long,
                    leak?: Found,
                },
                // What carries data away: an image or a link whose address holds it.
                exfiltration?: {
                    count: Long, score: Long,
                    image?: Found, link?: Found, data_url?: Found,
                },
                // What the tenant looks for with words and rules of its own; which ones is in `kinds`.
                custom?: Found,
            };

            type Labels = {
                confidentiality: Long,
                // Whether everything in it comes from somebody who may give instructions.
                isTrusted: Bool,
                tags: Set<String>,
            };

            // What an agent's run has used so far.
            type Run = { steps: Long, calls: Long, cost: Long };

            // A person has agreed to exactly this: `arguments` is the hash of what was shown.
            type Approval = { by: User, at: datetime, arguments: String };

            type Context = {
                time: datetime,
                findings: Findings,
                labels: Labels,
                // The person at the end of the chain on whose behalf the principal acts, and how many stand in between.
                onBehalfOf?: User,
                delegations: Long,
                purpose?: String,
                useCase?: UseCase,
                run?: Run,
                approval?: Approval,
                budgetRemaining?: Long,
                source?: ipaddr,
                // Whether the notice of a `disclose` remedy goes out with this.
                disclosed: Bool,
            };

            // ── What is asked ───────────────────────────────────────────────────────────────────────────────────────────────

            // Send a request to a model; hand its answer to the caller.
            action infer, release appliesTo {
                principal: [User, Service, Agent, Key],
                resource: [Model],
                context: Context,
            };

            // Call a tool. Each tool of a server gets an action of its own below this one, with the types of its arguments.
            action call appliesTo {
                principal: [User, Service, Agent, Key],
                resource: [Tool],
                context: Context,
            };

            // Read from a collection; put something into one, or into a dataset.
            action retrieve appliesTo {
                principal: [User, Service, Agent, Key],
                resource: [Collection, Document],
                context: Context,
            };
            action store appliesTo {
                principal: [User, Service, Agent, Key],
                resource: [Collection, Dataset],
                context: Context,
            };

            // Change or look into Gatehouse itself: a group, of which each of the following is a member.
            action administer;
            action readEvents, exportEvents, eraseSubject, readKeys, createKey, revokeKey, readPolicies, proposePolicies,
                approvePolicies, activatePolicies, changeBudgets, changeModels, changeSettings, approveCalls, stopRuns
                in [administer] appliesTo {
                    principal: [User, Service, Agent, Key],
                    resource: [Administration],
                    context: Context,
                };
        }

        """
}
