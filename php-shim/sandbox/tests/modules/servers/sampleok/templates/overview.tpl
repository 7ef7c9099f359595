<p>{$greeting} {$greeting|escape} {$username}</p>
