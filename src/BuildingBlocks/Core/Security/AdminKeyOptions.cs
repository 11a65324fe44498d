using Microsoft.Extensions.Options;

namespace ThemePark.BuildingBlocks;

/// <summary>Section <c>Admin</c>: keys that need no database, <c>Admin:Keys:&lt;n&gt;:{Name,Key}</c>.</summary>
public sealed class AdminKeyOptions
{
    public IList<ConfiguredKey> Keys { get; } = [];

    /// <summary>A key and the name under which its use is audited.</summary>
    public sealed class ConfiguredKey
    {
        /// <summary>What its use is audited under.</summary>
        [Setting(Shown = true)]
        public string Name { get; set; } = "";

        /// <summary>The key itself, 16 characters at least.</summary>
        public string Key { get; set; } = "";
    }

    /// <summary>Refuses to start with a key that is short, nameless or ambiguous. Says which, never what.</summary>
    internal sealed class Rules : IValidateOptions<AdminKeyOptions>
    {
        private const int MinLength = 16;

        public ValidateOptionsResult Validate(string? name, AdminKeyOptions options)
        {
            var errors = new List<string>();
            for (var i = 0; i < options.Keys.Count; i++)
            {
                if (!AdminKey.IsName(options.Keys[i].Name))
                {
                    errors.Add($"Admin:Keys:{i}:Name must be {AdminKey.NameRule}.");
                }

                if (options.Keys[i].Key.Length < MinLength)
                {
                    errors.Add($"Admin:Keys:{i}:Key must have at least {MinLength} characters.");
                }
            }

            if (options.Keys.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count() < options.Keys.Count)
            {
                errors.Add("Admin:Keys must have names of their own: the name is what the audit log shows.");
            }

            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}
