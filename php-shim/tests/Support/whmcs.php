<?php

/**
 * The few functions and classes of WHMCS the module uses, recording instead of acting.
 */

declare(strict_types=1);

namespace {

    use WHMCS\Module\Server\Ostor\Tests\Support\Host;

    function logModuleCall($module, $action, $request, $response, $data = '', $variablesToMask = [])
    {
        Host::$moduleLog[] = func_get_args();
    }

    function logActivity($message, $clientId = 0)
    {
        Host::$activityLog[] = [$message, $clientId];
    }

    function localAPI($command, array $values, $adminUser = '')
    {
        if ($command !== 'AddClientNote') {
            return ['result' => 'error', 'message' => 'Command Not Found'];
        }
        if (Host::$noteAnswer['result'] === 'success') {
            Host::$notes[] = ['userid' => $values['userid'], 'note' => $values['notes']];
        }

        return Host::$noteAnswer;
    }
}

namespace WHMCS\Database {

    use WHMCS\Module\Server\Ostor\Tests\Support\NotesQuery;

    final class Capsule
    {
        public static function table(string $name): NotesQuery
        {
            if ($name !== 'tblnotes') {
                throw new \LogicException('The module has no business in ' . $name);
            }

            return new NotesQuery();
        }
    }
}

namespace WHMCS\Module\Server\Ostor\Tests\Support {

    /**
     * The part of the query builder that deals with notes, over Host::$notes. LIKE is that of MySQL:
     * % and _ are wildcards, case does not matter.
     */
    final class NotesQuery
    {
        /** @var callable[] */
        private $conditions = [];

        public function where(string $column, $operatorOrValue, ?string $pattern = null): self
        {
            $this->conditions[] = static function (array $row) use ($column, $operatorOrValue, $pattern): bool {
                if ($pattern === null) {
                    return $row[$column] === $operatorOrValue;
                }
                if ($operatorOrValue !== 'like') {
                    throw new \LogicException('Operator ' . $operatorOrValue);
                }
                $regex = strtr(preg_quote($pattern, '/'), ['%' => '.*', '_' => '.']);

                return preg_match('/^' . $regex . '$/is', $row[$column]) === 1;
            };

            return $this;
        }

        public function exists(): bool
        {
            return $this->matches() !== [];
        }

        public function delete(): int
        {
            $matches = $this->matches();
            Host::$notes = array_values(array_diff_key(Host::$notes, $matches));

            return count($matches);
        }

        private function matches(): array
        {
            if (Host::$databaseFailure !== null) {
                throw Host::$databaseFailure;
            }

            return array_filter(Host::$notes, function (array $row): bool {
                foreach ($this->conditions as $condition) {
                    if (!$condition($row)) {
                        return false;
                    }
                }

                return true;
            });
        }
    }

    /**
     * `$params['model']`: keeps properties, tells their order, refuses on demand.
     */
    final class Service
    {
        /** @var ServiceProperties */
        public $serviceProperties;

        public function __construct()
        {
            $this->serviceProperties = new ServiceProperties();
        }
    }

    final class ServiceProperties
    {
        /** @var array<string, string> */
        public $saved = [];

        /** @var \Throwable|null */
        public $failure = null;

        public function save(array $values): void
        {
            if ($this->failure !== null) {
                throw $this->failure;
            }
            $this->saved = $values + $this->saved;
        }

        public function get(string $name): ?string
        {
            return $this->saved[$name] ?? null;
        }
    }
}
